import type { Clock } from './clock.ts'

export interface Bell {
  ring(): void
  /** Ends when the bell is rung (also if that was before the wait), after `ms`, or with the signal. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** Lets a loop sleep until its time has come or somebody has work for it. One waiter at a time. */
export function createBell(clock: Clock): Bell {
  let rung = false
  let waiting: AbortController | null = null
  return {
    ring() {
      rung = true
      waiting?.abort()
    },
    async wait(ms, signal) {
      if (!rung && !signal.aborted) {
        const mine = new AbortController()
        waiting = mine
        const stop = () => mine.abort()
        signal.addEventListener('abort', stop, { once: true })
        await clock.sleep(ms, mine.signal)
        signal.removeEventListener('abort', stop)
        waiting = null
      }
      rung = false
    },
  }
}
