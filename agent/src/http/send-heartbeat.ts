import { type HeartbeatRequest, heartbeatResponseSchema, ROUTES } from '@debrief/shared'
import { cut } from './cut-words.ts'
import type { Caller, HeartbeatOutcome } from './outcomes.ts'
import { readProblem } from './read-problem.ts'
import { requestJson } from './request-json.ts'

const MAX_VERSION = 64

/** Tells the server that this agent lives. A server that does not know the address is an older one: no fault. */
export async function sendHeartbeat(
  caller: Caller,
  heartbeat: HeartbeatRequest,
  signal: AbortSignal,
): Promise<HeartbeatOutcome> {
  const answer = await requestJson(caller, ROUTES.heartbeat, JSON.stringify(heartbeat), signal)
  if (answer.kind !== 'json') return answer
  if (answer.status === 404) return { kind: 'unknown_route' }
  if (answer.status >= 200 && answer.status < 300) {
    const parsed = heartbeatResponseSchema.safeParse(answer.json)
    if (parsed.success)
      return { kind: 'answered', answer: { ...parsed.data, version: cut(parsed.data.version, MAX_VERSION) } }
    return {
      kind: 'retry',
      reason: 'The answer is not one of a Debrief server.',
      retryAfterMs: null,
      fault: 'request',
    }
  }
  const read = readProblem(answer)
  // Of agents or of their words there are too many; a file is still welcome.
  if (answer.status === 429 && read.kind === 'retry') return { ...read, fault: 'request' }
  if (read.kind !== 'problem') return read
  return { kind: 'retry', reason: read.problem.detail, retryAfterMs: null, fault: 'request' }
}
