import { backoff as sharedBackoff } from '@debrief/shared'

export const BACKOFF_CAP_MS = 60_000
const SHORTEST_MS = 50

/**
 * How long to wait after the n-th failure in a row: full jitter, so that many agents do not come back in step when
 * a server returns; never more than a minute; never given up.
 */
export function backoff(failures: number, random: () => number = Math.random): number {
  const rule = { baseMs: 1_000, capMs: BACKOFF_CAP_MS, jitter: 1, random: () => 1 - random() }
  return Math.max(SHORTEST_MS, sharedBackoff(rule, failures))
}
