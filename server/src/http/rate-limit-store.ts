import type { FastifyRateLimitStore } from '@fastify/rate-limit'

/** So many addresses and tokens are counted at once; beyond, those that came longest ago begin anew. */
const MAX_KEYS = 10_000

interface Window {
  count: number
  endsAt: number
}

type Answer = (error: Error | null, result?: { current: number; ttl: number }) => void

/**
 * Counts by monotonic time: the library's own store goes by the wall clock, and one that is put right by years would
 * shut an address out for as long.
 */
export class RateLimitStore implements FastifyRateLimitStore {
  #windows = new Map<string, Window>()

  incr(key: string, answer: Answer, windowMs = 60_000): void {
    const now = performance.now()
    const known = this.#windows.get(key)
    const window = known && known.endsAt > now ? known : { count: 0, endsAt: now + windowMs }
    window.count += 1
    // Anew at the end, so that the first in the map is the one that came longest ago.
    this.#windows.delete(key)
    this.#windows.set(key, window)
    const [oldest] = this.#windows.keys()
    if (this.#windows.size > MAX_KEYS && oldest !== undefined) this.#windows.delete(oldest)
    answer(null, { current: window.count, ttl: window.endsAt - now })
  }

  /** The same without counting. */
  read(key: string, answer: Answer): void {
    const now = performance.now()
    const window = this.#windows.get(key)
    answer(
      null,
      window && window.endsAt > now
        ? { current: window.count, ttl: window.endsAt - now }
        : { current: 0, ttl: 0 },
    )
  }

  child(): RateLimitStore {
    return new RateLimitStore()
  }
}
