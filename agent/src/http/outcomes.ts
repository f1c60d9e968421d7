import type { HeartbeatResponse, Receipt } from '@debrief/shared'
import type { Connections } from './call.ts'

/** What a request came to. Everything that is not a plain answer of a Debrief server is a reason to try again. */
export type Unanswered =
  /** `fault`: whether the server answered about this very request (5xx), or could not be spoken to at all. */
  | { kind: 'retry'; reason: string; retryAfterMs: number | null; fault: 'request' | 'server' }
  | { kind: 'unauthorized'; reason: string }

export type UploadOutcome =
  | { kind: 'delivered'; receipt: Receipt }
  /** The server keeps the bytes and says that they are no good; the same bytes are not sent again. */
  | { kind: 'rejected'; code: string; detail: string; line: number | null; receipt: Receipt | null }
  /** The server will not take these bytes at all (too large, malformed); the same bytes are not sent again. */
  | { kind: 'refused'; code: string; detail: string }
  | Unanswered

export type MissingOutcome =
  | { kind: 'answered'; missing: Set<string>; database?: string | undefined }
  | Unanswered
export type HeartbeatOutcome =
  | { kind: 'answered'; answer: HeartbeatResponse }
  | { kind: 'unknown_route' }
  | Unanswered

/** Who speaks to the server: every request is made with these. */
export interface Caller {
  origin: URL
  token: () => string
  connections: Connections
}

export function isUnanswered(outcome: { kind: string }): outcome is Unanswered {
  return outcome.kind === 'retry' || outcome.kind === 'unauthorized'
}
