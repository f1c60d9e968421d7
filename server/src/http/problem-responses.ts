import { PROBLEM_CODES, problemSchema } from '@debrief/shared'

/** The problems that a route can answer with, for the page of the API: each status names its codes. */
export function problemResponses(...statuses: number[]) {
  return Object.fromEntries(statuses.map(status => [status, describe(status)]))
}

function describe(status: number) {
  const codes = Object.entries(PROBLEM_CODES).flatMap(([code, { status: of }]) =>
    of === status ? [code] : [],
  )
  return {
    description: `A problem: ${codes.map(code => `\`${code}\``).join(', ')}`,
    content: { 'application/problem+json': { schema: problemSchema } },
  }
}
