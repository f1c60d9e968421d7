export interface Waker {
  wake(): void
  /** Resolves at the next `wake` (or at once, if one came since the last wait), after `ms`, or when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** Resolves after `ms`, or when `signal` aborts; never rejects. */
type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/**
 * Lets a loop sleep until its time has come or somebody has work for it. A call that comes while it works is not lost.
 * One waiter at a time. A test gives it another `sleep`.
 */
export function createWaker(sleep: Sleep = sleepForReal): Waker {
  let called = false
  let waiting: AbortController | null = null
  return {
    wake() {
      called = true
      waiting?.abort()
    },
    async wait(ms, signal) {
      if (!called && !signal.aborted) {
        const mine = new AbortController()
        waiting = mine
        const stop = () => mine.abort()
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

function sleepForReal(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish, { once: true })
    if (signal.aborted) finish()
  })
}
