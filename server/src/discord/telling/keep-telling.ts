import type { Waker } from '@debrief/shared'
import { DatabaseFault, DatabaseUnusable } from '../../db/database-fault.ts'
import { drainOutbox } from '../../outbox/drain.ts'
import type { BotDeps } from '../bot-deps.ts'
import type { Gate } from '../gateway/gate.ts'
import { refreshReports } from '../reports/refresh-reports.ts'
import { explainFault, TOKEN } from '../rest/explain-fault.ts'
import { tellEvent } from './tell-event.ts'

interface Deps extends Omit<BotDeps, 'botId'> {
  gate: Gate
  /** Events were written. */
  news: Waker
  /** Discord is back: no need to wait out the pause. */
  recovered: Waker
}

/** NOTIFY wakes, polling guarantees. */
const POLL_MS = 30_000
const FAILURES_WORTH_A_LINE = 4
const FIRST_PAUSE_MS = 150
const LONGEST_PAUSE_MS = 30_000

/** Takes what waits in the outbox to Discord, in order, and keeps the posted reports true, until `signal` aborts. */
export async function keepTelling(
  { gate, news, recovered, ...deps }: Deps,
  signal: AbortSignal,
): Promise<void> {
  const { log } = deps
  let failures = 0
  let said: string | null = null
  while (!signal.aborted) {
    const botId = await gate.whenOpen(signal)
    if (botId === null) return
    const bot: BotDeps = { ...deps, botId }
    const round = await tellAll(bot, signal)
    if (round.told > 0) failures = 0
    if (round.trouble === null) {
      if (said !== null) log.info('Posting goes on')
      said = null
      failures = 0
      await news.wait(Math.min(round.againMs ?? POLL_MS, POLL_MS), signal)
      continue
    }
    failures += 1
    // One line for each trouble, not one for each try; none for a stumble.
    if (round.trouble !== said && (round.needsHelp || failures >= FAILURES_WORTH_A_LINE)) {
      log.warn(`Posts wait: ${round.trouble}`)
      said = round.trouble
    }
    if (round.trouble === TOKEN.sentence) {
      gate.close()
      continue
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE_MS)
    await recovered.wait(pause * (0.75 + Math.random() / 4), signal)
  }
}

interface Telling {
  told: number
  trouble: string | null
  /** Waiting alone will not mend it. */
  needsHelp: boolean
  /** When to look again, where that is known. */
  againMs: number | null
}

async function tellAll(bot: BotDeps, signal: AbortSignal): Promise<Telling> {
  const { db, log } = bot
  let told = 0
  try {
    const drained = await drainOutbox(
      {
        db,
        log,
        handle: async (event, waiting) => {
          const outcome = await tellEvent(bot, event, waiting)
          if (outcome.kind === 'done') told += 1
          return outcome
        },
      },
      signal,
    )
    if (drained.kind === 'blocked') {
      return { told, trouble: drained.reason, needsHelp: drained.needsHelp, againMs: null }
    }
    return { told, trouble: null, needsHelp: false, againMs: await refreshReports(bot, signal) }
  } catch (err) {
    if (err instanceof DatabaseFault) {
      const needsHelp = err instanceof DatabaseUnusable
      return { told, trouble: err.sentence, needsHelp, againMs: null }
    }
    const fault = explainFault(err)
    if (fault.kind === 'bug') log.error({ err }, 'The posts cannot go on')
    return { told, trouble: fault.sentence, needsHelp: fault.kind !== 'away', againMs: null }
  }
}
