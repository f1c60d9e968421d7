import type { SourceEntry } from '../source/source.ts'
import { observe, type Settling } from './settle.ts'

/** What the agent knows, in memory only, about one file that the server has not taken (yet). */
export interface TrackedFile {
  entry: SourceEntry
  settling: Settling
  phase: FilePhase
  /** It came while we watched: the evening being played goes before the history of years. */
  live: boolean
  /** The server had bytes of this name once: it is asked about these before they are sent. */
  askFirst: boolean
  /** Monotonic: when this content was first seen; when it stood still (null: not yet); when it may be worked on next. */
  seenAt: number
  settledAt: number | null
  dueAt: number
  attempts: number
  /** Why it has not arrived; null if nothing has gone wrong. */
  reason: string | null
  fault: 'server' | 'request' | 'source' | null
  /** The bytes that the server would not take; null if there are none. */
  refused: { sha256: string; reason: string } | null
  /** That it is too large to be read was told. */
  toldTooLarge: boolean
  /** It stands in the queue. */
  queued: boolean
}

type FilePhase =
  /** To be read and sent as soon as it has settled and its turn has come. */
  | 'pending'
  | 'busy'
  /** The server has said that it will not take it. */
  | 'not_taken'

export function trackFile(entry: SourceEntry, live: boolean, now: number): TrackedFile {
  return {
    entry,
    settling: observe(null, entry, now),
    phase: 'pending',
    live,
    askFirst: false,
    seenAt: now,
    settledAt: null,
    dueAt: now,
    attempts: 0,
    reason: null,
    fault: null,
    refused: null,
    toldTooLarge: false,
    queued: false,
  }
}

/**
 * Live before backlog; then the newest evening first, and each in its order: a round 2 then finds its round 1, and is
 * written once. By name at last, so that the order is always the same.
 */
export function compareUrgency(a: TrackedFile, b: TrackedFile): number {
  if (a.live !== b.live) return a.live ? 1 : -1
  const [before, after] = [eveningOf(a), eveningOf(b)]
  if (before !== after) return before - after
  if (a.entry.mtimeMs !== b.entry.mtimeMs) return b.entry.mtimeMs - a.entry.mtimeMs
  return a.entry.name < b.entry.name ? 1 : -1
}

const DAY_MS = 86_400_000

/** From noon to noon, in UTC: of all hours the one that falls into the fewest game nights. */
function eveningOf({ entry }: TrackedFile): number {
  return Math.floor((entry.mtimeMs - DAY_MS / 2) / DAY_MS)
}
