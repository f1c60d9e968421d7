import { backoff, type Waker } from '@debrief/shared'
import { DatabaseFault, DatabaseUnusable } from '../../db/database-fault.ts'
import type { Logger } from '../../log/logger.ts'
import { drainOutbox } from '../../outbox/drain.ts'
import type { Gate } from '../gateway/gate.ts'
import { noteBug } from '../note-fault.ts'
import { refreshReports } from '../reports/refresh-reports.ts'
import { DiscordFault } from '../rest/discord-fault.ts'
import { TOKEN_REFUSED } from '../rest/read-fault.ts'
import { type Bot, withLinks } from '../with-links.ts'
import { tellEvent } from './tell-event.ts'

interface Context extends Omit<Bot, 'botId'> {
  gate: Gate
  /** Events were written. */
  news: Waker
  /** Discord is back: no need to wait out the pause. */
  recovered: Waker
}

/** NOTIFY wakes, polling guarantees. */
export const POLL_MS = 30_000
const FAILURES_WORTH_A_LINE = 4
const PAUSE = { baseMs: 150, capMs: 30_000 }

/**
 * Takes what waits in the outbox to Discord, until `signal` aborts:
 * 1. Nothing is sent before Discord takes our token.
 * 2. The events are told one after the other, rounds before alerts. One that Discord cannot take just now stays the next
 *    one; one that cannot be told as it is (Discord calls it invalid, or a fault of ours is in the way) is set aside and
 *    the others go on.
 * 3. When none waits, the posted reports whose session has changed are edited.
 * 4. Then it sleeps: until an event is written or half a minute has passed; after a failure for a growing pause, or
 *    until Discord is back. A token that is refused closes the gate, and all begins with 1.
 */
export async function keepTelling(
  { gate, news, recovered, ...context }: Context,
  signal: AbortSignal,
): Promise<void> {
  const { telling } = context
  const voice = sayOnce(context.log)
  let failures = 0
  try {
    while (!signal.aborted) {
      telling.beatAt = null
      const botId = await gate.whenOpen(signal)
      if (botId === null) return
      telling.beatAt = new Date()
      const pass = await tellWhatWaits({ ...context, botId }, signal)
      telling.trouble = pass.trouble
      if (pass.told > 0) failures = 0
      if (pass.trouble === null) {
        voice.fine()
        failures = 0
        await news.wait(Math.min(pass.againMs ?? POLL_MS, POLL_MS), signal)
        continue
      }
      failures += 1
      // None for a stumble that the next try gets over.
      if (pass.needsHelp || failures >= FAILURES_WORTH_A_LINE) voice.trouble(pass.trouble)
      if (pass.trouble === TOKEN_REFUSED) {
        gate.close()
        continue
      }
      await recovered.wait(backoff(PAUSE, failures), signal)
    }
  } finally {
    telling.beatAt = null
    telling.trouble = null
  }
}

interface Pass {
  /** How many events were told. */
  told: number
  /** What is in the way, in a sentence; null: nothing is left to do. */
  trouble: string | null
  /** Waiting alone will not mend it. */
  needsHelp: boolean
  /** When to look again, where that is known. */
  againMs: number | null
}

/** Steps 2 and 3, until nothing is left to do or something is in the way. */
async function tellWhatWaits(bot: Bot, signal: AbortSignal): Promise<Pass> {
  const { db, log, telling } = bot
  let told = 0
  try {
    const drained = await drainOutbox(
      {
        db,
        log,
        handle: async (event, waiting) => {
          telling.beatAt = new Date()
          const outcome = await tellEvent(await withLinks(bot), event, waiting)
          if (outcome.kind === 'done') told += 1
          return outcome
        },
      },
      signal,
    )
    telling.beatAt = new Date()
    if (drained.kind === 'blocked') {
      return { told, trouble: drained.reason, needsHelp: drained.needsHelp, againMs: null }
    }
    const againMs = await refreshReports(await withLinks(bot), signal)
    return { told, trouble: null, needsHelp: false, againMs }
  } catch (error) {
    return { told, ...troubleOf(bot, error), againMs: null }
  }
}

/** By where it came from. */
function troubleOf(bot: Bot, error: unknown): Pick<Pass, 'trouble' | 'needsHelp'> {
  if (error instanceof DatabaseFault) {
    return { trouble: error.sentence, needsHelp: error instanceof DatabaseUnusable }
  }
  if (error instanceof DiscordFault) return { trouble: error.sentence, needsHelp: !error.retriable }
  return { trouble: noteBug({ ...bot, about: 'outbox' }, error, 'The posts cannot go on'), needsHelp: true }
}

/** One line for each trouble, not one for each try. */
function sayOnce(log: Logger) {
  let said: string | null = null
  return {
    trouble(sentence: string) {
      if (sentence !== said) log.warn(`Posts wait: ${sentence}`)
      said = sentence
    },
    fine() {
      if (said !== null) log.info('Posting goes on')
      said = null
    },
  }
}
