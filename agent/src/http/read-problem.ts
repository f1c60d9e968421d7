import { type Problem, problemSchema } from '@debrief/shared'
import { cutWords } from './cut-words.ts'
import type { Unanswered } from './outcomes.ts'
import type { JsonAnswer } from './request-json.ts'

/** The answers that mean the same after any request. `problem`: one that only the caller can judge. */
export function readProblem(answer: JsonAnswer): Unanswered | { kind: 'problem'; problem: Problem } {
  const { status, json, retryAfterMs } = answer
  const parsed = problemSchema.safeParse(json)
  const problem = parsed.success ? cutWords(parsed.data) : null
  const detail = problem?.detail ?? `The server answered ${status}.`
  if (status === 401 || status === 403) return { kind: 'unauthorized', reason: detail }
  if (status === 429 || status === 503)
    return { kind: 'retry', reason: detail, retryAfterMs, fault: 'server' }
  if (status >= 500) return { kind: 'retry', reason: detail, retryAfterMs, fault: 'request' }
  if (!problem || problem.retriable || problem.status !== status) {
    const reason = problem ? detail : `The answer (${status}) is not one of a Debrief server.`
    return { kind: 'retry', reason, retryAfterMs, fault: 'request' }
  }
  return { kind: 'problem', problem }
}
