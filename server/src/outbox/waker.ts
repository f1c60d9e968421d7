export interface Waker {
  wake(): void
  /** Resolves at the next `wake` (or at once, if one came since the last wait), after `ms`, or when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** Lets a loop sleep until there is something to do. A call that comes while it works is not lost. */
export function createWaker(): Waker {
  let called = false
  let resume: (() => void) | null = null
  return {
    wake() {
      called = true
      resume?.()
    },
    async wait(ms, signal) {
      if (!called && !signal.aborted) await rest(ms, signal)
      called = false
    },
  }

  function rest(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const finish = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', finish)
        resume = null
        resolve()
      }
      const timer = setTimeout(finish, ms)
      signal.addEventListener('abort', finish, { once: true })
      resume = finish
    })
  }
}
