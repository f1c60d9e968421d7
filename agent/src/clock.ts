import { sleepUnlessAborted } from '@debrief/shared'

/**
 * All waiting goes by monotonic time: a host whose clock jumps neither hurries nor sleeps for years.
 * Wall-clock time is for people to read. Tests pass a clock of their own.
 */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970, as the host believes. */
  wall(): number
  /** Ends early, and without an error, when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: sleepUnlessAborted,
}
