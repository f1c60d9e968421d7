import { setTimeout as sleep } from 'node:timers/promises'
import { createWaker } from '@debrief/shared'
import type { DiscordContext } from './discord-context.ts'
import { holdLeadership } from './leadership/hold-leadership.ts'

export interface RunningDiscord {
  /** Lets what is under way end, for some seconds. */
  stop(): Promise<void>
}

const STOP_MS = 5_000

/** The bot, in the server's process: nothing that happens to it stops the rest. */
export function startDiscord(given: DiscordContext): RunningDiscord {
  const context = { ...given, log: given.log.child({ component: 'discord' }) }
  const { log, state, config } = context
  const stopping = new AbortController()
  state.discord = config.discord.token ? 'connecting' : 'off'
  const running = config.discord.token
    ? runBot(context, stopping.signal).catch(err => {
        log.error({ err }, 'The bot ended because of a fault of its own; the server goes on without it')
        state.discord = 'ended because of a fault; see errors.log, and restart the server'
      })
    : Promise.resolve()
  return {
    async stop() {
      stopping.abort()
      await Promise.race([running, sleep(STOP_MS, undefined, { ref: false })])
    },
  }
}

async function runBot(context: DiscordContext, stopping: AbortSignal): Promise<void> {
  const { pool, log, state } = context
  const news = createWaker()
  // Only where there is a bot: what speaks to Discord takes 30 MB, and a third of a second of every start.
  const { lead } = await import('./lead.ts')
  await holdLeadership(
    { pool, log, isPrepared: () => state.databasePrepared && state.readOnly !== true },
    {
      lead: leading => lead(context, news, { leading, stopping }),
      onNotify: news.wake,
      onStandby: () => {
        state.discord = 'standby: another server process on this database runs the bot'
      },
    },
    stopping,
  )
}
