import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import type { Config } from '../config.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import type { ServerState } from '../server-state.ts'
import type { BotContext } from './bot-context.ts'

/** What the bot is started with. */
export interface DiscordContext {
  db: Kysely<DB>
  pool: Pool
  log: Logger
  config: Pick<Config, 'discord' | 'publicUrl' | 'private'>
  /** `databasePrepared` and `readOnly` are read, the others are written. */
  state: Pick<ServerState, 'databasePrepared' | 'readOnly' | 'discord' | 'telling'>
  /** Shared with the web pages. */
  pictures: BotContext['pictures']
  now?: () => Date
}
