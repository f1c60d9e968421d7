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

/** Milliseconds. `total` counts from the first sight of this content, which is a moment after its last write. */
export interface FileTimings {
  settle: number
  upload: number
  total: number
}
