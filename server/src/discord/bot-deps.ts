import type { REST } from 'discord.js'
import type { Kysely } from 'kysely'
import type { pictureDrawer } from '../charts/draw-pictures.ts'
import type { Config } from '../config.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'

/** What everything that speaks in Discord works with. Made by `startDiscord`. */
export interface BotDeps {
  db: Kysely<DB>
  log: Logger
  rest: REST
  /** The bot's own user id. */
  botId: string
  config: Config['discord']
  publicUrl: string | null
  /** Aborts when the bot stops. */
  signal: AbortSignal
  pictures: Pick<ReturnType<typeof pictureDrawer>, 'draw'>
}
