export interface BackoffRule {
  /** The pause after the first failure, in milliseconds; each further failure doubles it. */
  baseMs: number
  /** No pause is longer. */
  capMs: number
  /**
   * Which share of the pause chance may take away, 0 to 1, so that many senders do not come back in step: 0 is none, 1
   * any pause down to nothing. Default: a quarter.
   */
  jitter?: number
  random?: () => number
}

/** How long to wait after the n-th failure in a row (1, 2, 3 …), in milliseconds. There is no last try. */
export function backoff(
  { baseMs, capMs, jitter = 0.25, random = Math.random }: BackoffRule,
  failures: number,
): number {
  const pause = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30))
  return Math.round(pause * (1 - jitter * random()))
}
