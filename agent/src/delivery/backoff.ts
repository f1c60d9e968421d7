export const BACKOFF_CAP_MS = 60_000
const BASE_MS = 500

/**
 * How long to wait after the n-th failure in a row: full jitter, so that many agents do not come back in step when
 * a server returns; never more than a minute; never given up.
 */
export function backoff(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, BASE_MS * 2 ** Math.min(failures, 20))
  return Math.max(50, Math.round(random() * ceiling))
}
