/** What the upkeep may sum just now. */
export type SummingPlan =
  /** Nothing has changed for some seconds: all. */
  | { kind: 'all' }
  /** Rounds are being imported: now and then some of the sessions that did not change after `upTo` (a mark). */
  | { kind: 'rested'; upTo: number }
  | { kind: 'nothing' }

const QUIET_MS = 3_000
/** Between portions while imports go on: some hundredths of a processor. */
const PORTION_MS = 10_000

/** What is marked just now. */
export interface Marked {
  /** Differs whenever something more is marked; null: nothing is. */
  what: string | null
  /** The newest mark of a session. */
  newest: number
}

/**
 * Tells from what is marked, looked at every second, whether imports go on: they come first, and a session that is
 * played or taken over just now would be summed again after every round. Pure but for what it remembers.
 */
export function importsWatch(): (marked: Marked, nowMs: number) => SummingPlan {
  let seen: (Marked & { sinceMs: number }) | null = null
  let portionMs = Number.NEGATIVE_INFINITY
  return (marked, nowMs) => {
    const before = seen
    if (before?.what !== marked.what) seen = { ...marked, sinceMs: nowMs }
    // At the start of the process there may be sums of another version, which no mark tells of.
    if (before === null) return marked.what === null ? { kind: 'all' } : { kind: 'nothing' }
    if (marked.what === null) return { kind: 'nothing' }
    if (before.what === marked.what && nowMs - before.sinceMs >= QUIET_MS) return { kind: 'all' }
    if (nowMs - portionMs < PORTION_MS) return { kind: 'nothing' }
    portionMs = nowMs
    return { kind: 'rested', upTo: before.newest }
  }
}
