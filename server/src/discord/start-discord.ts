import { setTimeout as sleep } from 'node:timers/promises'
import { createWaker } from '@debrief/shared'
import { Events } from 'discord.js'
import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { pictureDrawer } from '../charts/draw-pictures.ts'
import type { Config } from '../config.ts'
import type { ServerState } from '../context.ts'
import { isLed } from '../db/leader-lock.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import { pruneOutbox, pruneUnwanted } from '../outbox/prune-outbox.ts'
import { watchVoice } from '../voice/watch-voice.ts'
import type { BotDeps } from './bot-deps.ts'
import { answerInteraction } from './commands/answer-interaction.ts'
import { answerMessage } from './commands/answer-message.ts'
import { registerCommands } from './commands/register-commands.ts'
import { createGate } from './gateway/gate.ts'
import { stayOnline } from './gateway/stay-online.ts'
import { createVoiceBook } from './gateway/voice-book.ts'
import { keepHouse } from './housekeeping.ts'
import { holdLeadership } from './leadership/hold-leadership.ts'
import { createRest } from './rest/create-rest.ts'
import { explainFault } from './rest/explain-fault.ts'
import { keepTelling } from './telling/keep-telling.ts'

export interface DiscordContext {
  db: Kysely<DB>
  pool: Pool
  log: Logger
  config: Pick<Config, 'discord' | 'publicUrl'>
  /** `databasePrepared` is read, `discord` is written. */
  state: Pick<ServerState, 'databasePrepared' | 'readOnly' | 'discord'>
  /** Shared with the web pages; without it the bot has its own. */
  pictures?: BotDeps['pictures']
  now?: () => Date
}

export interface RunningDiscord {
  /** `off`, `standby`, `connecting`, `online`, `reconnecting`, or what is wrong. */
  state(): string
  /** Lets what is under way end, for some seconds. */
  stop(): Promise<void>
}

const STOP_MS = 5_000
const HOUR_MS = 3_600_000
const VOICE_TICK_MS = 1_000

/** The bot, in the server's process: nothing that happens to it stops the rest. */
export function startDiscord(context: DiscordContext): RunningDiscord {
  const log = context.log.child({ component: 'discord' })
  const stopping = new AbortController()
  const { state } = context
  const run = context.config.discord.token ? runBot : runWithoutBot
  const running = run({ ...context, log }, stopping.signal).catch(err => {
    log.error({ err }, 'The bot ended because of a fault of its own; the server goes on without it')
    state.discord = 'ended because of a fault; see errors.log, and restart the server'
  })
  return {
    state: () => state.discord,
    async stop() {
      stopping.abort()
      await Promise.race([running, sleep(STOP_MS, undefined, { ref: false })])
    },
  }
}

async function runBot(context: DiscordContext, signal: AbortSignal): Promise<void> {
  const { pool, log, state } = context
  const ownPictures = context.pictures ? null : pictureDrawer({ log })
  const pictures = context.pictures ?? ownPictures
  if (!pictures) return
  const news = createWaker()
  try {
    await holdLeadership(
      { pool, log, isPrepared: () => state.databasePrepared && state.readOnly !== true },
      {
        lead: leading => lead(context, pictures, news, leading),
        onNotify: news.wake,
        onStandby: () => {
          state.discord = 'standby: another server process on this database runs the bot'
        },
      },
      signal,
    )
  } finally {
    await ownPictures?.close()
  }
}

/** All that only one process may do. */
async function lead(
  { db, log, config, state, now = () => new Date() }: DiscordContext,
  pictures: BotDeps['pictures'],
  news: ReturnType<typeof createWaker>,
  signal: AbortSignal,
): Promise<void> {
  const { discord, publicUrl } = config
  const rest = createRest(discord)
  const gate = createGate()
  const recovered = createWaker()
  const book = createVoiceBook()
  const voice = watchVoice({ db, log, rules: discord, now })
  const lookAtVoice = () =>
    discord.voiceChannelIds.length > 0 ? voice.observe(book.count(discord.voiceChannelIds)) : undefined
  const deps = { db, log, rest, config: discord, publicUrl, pictures, signal }
  const ticking = setInterval(() => void lookAtVoice(), VOICE_TICK_MS)
  if (discord.statsChannelId === null) {
    log.warn('DISCORD_STATS_CHANNEL_ID is not set: nothing is posted by itself; commands are answered.')
  }
  try {
    await Promise.all([
      keepTelling({ ...deps, gate, news, recovered }, signal),
      keepHouse({ db, log, hasAdminChannel: discord.adminChannelId !== null }, signal),
      stayOnline(
        {
          config: discord,
          log,
          rest,
          gate,
          setState: text => {
            state.discord = text
            if (text === 'online') recovered.wake()
          },
          onPacket: packet => {
            if (book.note(packet)) void lookAtVoice()
          },
          onConnectionLost: book.disconnected,
          onReady: client => {
            const bot: BotDeps = { ...deps, botId: client.user.id }
            client.on(Events.MessageCreate, message => void answerMessage(bot, message))
            client.on(Events.InteractionCreate, interaction => void answerInteraction(bot, interaction))
            registerCommands(rest, client.application.id).then(
              changed => changed && log.info('Discord was told of the slash commands'),
              error => {
                const { kind, sentence } = explainFault(error)
                if (kind === 'token') gate.close()
                else log.warn({ err: error }, `The slash commands could not be registered: ${sentence}`)
              },
            )
          },
        },
        signal,
      ),
    ])
  } finally {
    clearInterval(ticking)
    state.discord = 'paused: the database does not answer'
  }
}

/** Nobody takes the events where no bot runs; they must not pile up. */
async function runWithoutBot(
  { db, pool, log, config, state }: DiscordContext,
  signal: AbortSignal,
): Promise<void> {
  state.discord = 'off'
  while (!signal.aborted) {
    try {
      if (state.databasePrepared) {
        await pruneOutbox(db)
        if (!(await isLed(pool))) await pruneUnwanted(db, config.discord.autopostMaxAgeMinutes)
      }
    } catch (err) {
      log.debug({ err }, 'The outbox waits for the database to be pruned')
    }
    await sleep(state.databasePrepared ? HOUR_MS / 6 : 5_000, undefined, { signal }).catch(() => undefined)
  }
}
