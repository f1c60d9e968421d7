import { setTimeout as sleep } from 'node:timers/promises'
import { DiscordFault } from './discord-fault.ts'

/** Somebody waits for the answer: after that long he has asked again. */
const PAUSES_MS = [200, 800, 2_000, 4_000]

/** Tries what is safe to repeat again while time may mend it, and the bot is not stopping. */
export async function withRetries<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DiscordFault && error.retriable) || signal.aborted) throw error
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined)
  }
  return work()
}
