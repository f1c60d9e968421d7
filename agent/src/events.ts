import type { Receipt } from '@debrief/shared'

/** One step on the way of one file; for the log, the demo and the tests. */
export type AgentEvent = { name: string; source: 'agent' | 'ssh' } & (
  | { kind: 'seen'; bytes: number; mtimeMs: number }
  | { kind: 'settled'; sha256: string; bytes: number; sinceSeenMs: number }
  | { kind: 'uploading'; sha256: string; attempt: number; sinceSeenMs: number }
  | { kind: 'delivered'; sha256: string; receipt: Receipt; timings: FileTimings }
  | {
      kind: 'rejected'
      sha256: string
      code: string
      detail: string
      line: number | null
      timings: FileTimings
    }
  | { kind: 'retrying'; sha256: string | null; reason: string }
  /** The server had it; it was not sent. */
  | { kind: 'known' }
  | { kind: 'too_large'; bytes: number }
)

/**
 * Milliseconds. `settle`: from the first sight of this content, a moment after its last write, until it stood still.
 * `wait`: for its turn, and for a server that was away. `total` is all of it.
 */
export interface FileTimings {
  settle: number
  wait: number
  upload: number
  total: number
}
