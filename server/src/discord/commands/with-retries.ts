import { setTimeout as sleep } from 'node:timers/promises'
import { explainFault } from '../rest/explain-fault.ts'

/** Somebody waits for the answer: after that long he has asked again. */
const PAUSES_MS = [200, 800, 2_000, 4_000]

/** Tries what is safe to repeat again while time may mend it, and the bot is not stopping. */
export async function withRetries<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await work()
    } catch (error) {
      if (explainFault(error).kind !== 'away') throw error
    }
    await sleep(pause, undefined, { signal })
  }
  return work()
}
