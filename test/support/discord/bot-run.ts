import type { Kysely } from 'kysely'
import { pino } from 'pino'
import type { Test } from 'tap'
import { loadConfig } from '../../../server/src/config.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import { type RunningDiscord, startDiscord } from '../../../server/src/discord/start-discord.ts'
import type { GameServer } from '../../../server/src/game-servers/game-server.ts'
import { newTelling, type Telling } from '../../../server/src/server-state.ts'
import { gameServer } from '../import-files.ts'
import { sharedDrawer } from '../shared-drawer.ts'
import { type TestDatabase, testDatabase } from '../test-database.ts'
import { until } from '../until.ts'
import { type FakeDiscord, startFakeDiscord } from './fake-discord.ts'
import type { DiscordState } from './state.ts'

export interface BotRun extends TestDatabase {
  discord: FakeDiscord
  server: GameServer
  /** Lines of the log at `info` and above. */
  log: { level: number; msg: string; err?: { message: string } }[]
  state: { databasePrepared: boolean; discord: string; telling: Telling }
  /** The environment that another process of the same bot needs. */
  env: Record<string, string>
  start(): RunningDiscord
  /** Ends the running bot and begins another, as a restart of the server does. */
  restart(): Promise<void>
  online(): Promise<void>
  stop(): Promise<void>
}

interface Options {
  env?: Record<string, string>
  discord?: Partial<DiscordState>
  now?: () => Date
  isStarted?: boolean
}

/** The bot in this process, unmodified discord.js and a real database, against the stand-in for Discord. */
export async function botRun(
  t: Test,
  { env = {}, discord: options = {}, now, isStarted = true }: Options = {},
): Promise<BotRun> {
  const discord = await startFakeDiscord(options)
  t.teardown(() => discord.close())
  const database = await testDatabase(t)
  const settings = {
    DISCORD_TOKEN: discord.state.token,
    DISCORD_STATS_CHANNEL_ID: discord.state.statsChannelId,
    DISCORD_ADMIN_CHANNEL_ID: discord.state.adminChannelId,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_VOICE_CHANNEL_IDS: '4001,4002',
    PUBLIC_URL: 'https://stats.example.org',
    AUTOPOST_MAX_AGE_MINUTES: '100000',
    ...env,
  }
  const log: BotRun['log'] = []
  const logger = pino({ level: 'info' }, { write: line => void log.push(JSON.parse(line)) })
  const state = { databasePrepared: true, discord: 'off', telling: newTelling() }
  let running: RunningDiscord | null = null
  const run: BotRun = {
    ...database,
    discord,
    log,
    state,
    env: settings,
    server: await gameServer(database.db, 'test', 'UTC'),
    start() {
      running = startDiscord({
        db: database.db,
        pool: database.pool,
        log: logger,
        config: loadConfig(settings),
        state,
        pictures: sharedDrawer,
        ...(now && { now }),
      })
      return running
    },
    async restart() {
      await run.stop()
      run.start()
      await run.online()
    },
    online: () =>
      until('the bot is online', () => state.discord === 'online' && discord.gateway.connected() > 0),
    async stop() {
      await running?.stop()
      running = null
    },
  }
  t.teardown(() => run.stop())
  if (isStarted) {
    run.start()
    await run.online()
  }
  return run
}

/** Until nothing waits in the outbox. */
export function told(db: Kysely<DB>, timeoutMs?: number): Promise<void> {
  return until(
    'nothing waits in the outbox',
    async () => {
      const waiting = await db
        .selectFrom('outbox')
        .select('event_id')
        .where('done_at', 'is', null)
        .where('set_aside', '=', false)
        .executeTakeFirst()
      return waiting === undefined
    },
    timeoutMs,
  )
}
