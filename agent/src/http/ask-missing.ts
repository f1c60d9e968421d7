import { type MissingRequest, missingResponseSchema, ROUTES } from '@debrief/shared'
import type { Caller, MissingOutcome } from './outcomes.ts'
import { readProblem } from './read-problem.ts'
import { requestJson } from './request-json.ts'

/** Which of these files the server has not got. The caller keeps a question below the server's limits. */
export async function askMissing(
  caller: Caller,
  question: MissingRequest,
  signal: AbortSignal,
): Promise<MissingOutcome> {
  const answer = await requestJson(caller, ROUTES.missing, JSON.stringify(question), signal)
  if (answer.kind !== 'json') return answer
  if (answer.status === 200) {
    const parsed = missingResponseSchema.safeParse(answer.json)
    if (parsed.success) {
      const { missing, database } = parsed.data
      return { kind: 'answered', missing: new Set(missing), database }
    }
    return {
      kind: 'retry',
      reason: 'The answer is not one of a Debrief server.',
      retryAfterMs: null,
      fault: 'server',
    }
  }
  const read = readProblem(answer)
  if (read.kind !== 'problem') return read
  // Not about our files but about the question as such: nothing to do but to ask again later, and to say so.
  const reason = `The server does not answer which files it is missing: ${read.problem.detail}`
  return { kind: 'retry', reason, retryAfterMs: answer.retryAfterMs, fault: 'request' }
}
