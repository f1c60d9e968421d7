import { sleepUnlessAborted } from './sleep-unless-aborted.ts'

export interface Waker {
  wake(): void
  /** Resolves at the next `wake` (or at once, if one came since the last wait), after `ms`, or when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** Without a reason an error would be made, with its stack, at each of thousands of calls. */
const WOKEN = 'woken'

/** Resolves after `ms`, or when `signal` aborts; never rejects. */
type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/**
 * Lets a loop sleep until its time has come or somebody has work for it. A call that comes while it works is not lost.
 * One waiter at a time. A test gives it another `sleep`.
 */
export function createWaker(sleep: Sleep = sleepUnlessAborted): Waker {
  let called = false
  let waiting: AbortController | null = null
  return {
    wake() {
      called = true
      waiting?.abort(WOKEN)
    },
    async wait(ms, signal) {
      if (!called && !signal.aborted) {
        const mine = new AbortController()
        waiting = mine
        const stop = () => mine.abort(WOKEN)
        // By hand: AbortSignal.any keeps what it made for as long as a long-lived signal lives.
        signal.addEventListener('abort', stop, { once: true })
        await sleep(ms, mine.signal)
        signal.removeEventListener('abort', stop)
        waiting = null
      }
      called = false
    },
  }
}
