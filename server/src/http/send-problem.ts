import { PROBLEM_CODES, type Problem, type ProblemCode } from '@debrief/shared'
import type { FastifyReply } from 'fastify'
import { problemPage } from './pages/problem-page.ts'
import { wantsPage } from './wants-page.ts'

/** RFC 9457. `type` leads to the code's line on the page of the API. */
export function toProblem(
  code: ProblemCode,
  detail: string,
  facts: Pick<Problem, 'line' | 'receipt'> = {},
): Problem {
  const { status, title, retriable } = PROBLEM_CODES[code]
  return { type: `/docs#${code}`, title, status, detail, code, retriable, ...facts }
}

export function sendProblem(
  reply: FastifyReply,
  problem: Problem,
  headers: Record<string, string> = {},
): FastifyReply {
  reply.code(problem.status).headers(headers).header('vary', 'Accept').header('cache-control', 'no-store')
  if (wantsPage(reply.request)) return reply.type('text/html; charset=utf-8').send(problemPage(problem))
  // As text: an error must get out even where a route's own response schema would refuse it.
  return reply
    .type('application/problem+json; charset=utf-8')
    .serializer((text: unknown) => String(text))
    .send(JSON.stringify(problem))
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEM_CODES, code)
}
