import type { SourceEntry } from '../source/source.ts'
import { observe, type Settling } from './settle.ts'

/** What the agent knows, in memory only, about one name in the folder. */
export interface TrackedFile {
  entry: SourceEntry
  settling: Settling
  phase: FilePhase
  /** It came while we watched: the evening being played goes before the history of years. */
  live: boolean
  /** Monotonic: when this content was first seen; when the file may be worked on next. */
  seenAt: number
  dueAt: number
  attempts: number
  /** Why it has not arrived; null if nothing has gone wrong. */
  reason: string | null
  fault: 'server' | 'request' | 'source' | null
  /** It stands in the queue. */
  queued: boolean
}

export type FilePhase =
  /** Found with many others: the server is asked first whether it has them. */
  | 'unasked'
  /** To be read and sent as soon as it has settled and its turn has come. */
  | 'pending'
  | 'busy'
  /** The server has it, or has said that it will not take it. */
  | 'delivered'
  | 'not_taken'

export function trackFile(entry: SourceEntry, phase: FilePhase, live: boolean, now: number): TrackedFile {
  return {
    entry,
    settling: observe(null, entry, now),
    phase,
    live,
    seenAt: now,
    dueAt: now,
    attempts: 0,
    reason: null,
    fault: null,
    queued: false,
  }
}

/** Live before backlog; then the newest first; then by name, so that the order is always the same. */
export function compareUrgency(a: TrackedFile, b: TrackedFile): number {
  if (a.live !== b.live) return a.live ? 1 : -1
  if (a.entry.mtimeMs !== b.entry.mtimeMs) return a.entry.mtimeMs - b.entry.mtimeMs
  return a.entry.name < b.entry.name ? -1 : 1
}
