import type { Clock } from '../../agent/src/clock.ts'

export interface TestClock extends Clock {
  /** Lets this much time pass, waking every sleeper at its moment, with turns in between for real input and output. */
  pass(ms: number): Promise<void>
  /** What an administrator, or a bad battery, does to the wall clock. */
  jumpWall(ms: number): void
}

/** A day in seconds: time that only passes when the test says so. */
export function testClock(): TestClock {
  let now = 0
  let wallOffset = Date.UTC(2026, 4, 5, 20)
  const sleepers = new Set<{ at: number; wake: () => void }>()
  /** As many as ever slept at once: then nobody is at work. */
  let all = 0

  async function pass(ms: number): Promise<void> {
    const end = now + ms
    for (;;) {
      await turns(() => sleepers.size >= all)
      all = Math.max(all, sleepers.size)
      const next = [...sleepers].reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)
      if (next > end) break
      now = Math.max(now, next)
      for (const sleeper of [...sleepers]) if (sleeper.at <= now) sleeper.wake()
    }
    now = end
  }

  return {
    now: () => now,
    wall: () => now + wallOffset,
    jumpWall: ms => {
      wallOffset += ms
    },
    pass,
    sleep(ms, signal) {
      if (signal.aborted) return Promise.resolve()
      return new Promise(resolve => {
        const wake = () => {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { at: now + ms, wake }
        sleepers.add(sleeper)
        signal.addEventListener('abort', wake, { once: true })
      })
    },
  }
}

/** Enough for a refused connection on loopback, or a small file, to be over; one, where nobody waits for such a thing. */
async function turns(areAllAsleep: () => boolean): Promise<void> {
  for (let i = 0; i < 6; i++) {
    await new Promise(resolve => setImmediate(resolve))
    if (areAllAsleep()) return
  }
}
