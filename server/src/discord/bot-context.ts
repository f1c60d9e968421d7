import type { Kysely } from 'kysely'
import type { pictureDrawer } from '../charts/draw-pictures.ts'
import type { Config } from '../config.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import type { Telling } from '../server-state.ts'
import type { Orphans } from './posts/post.ts'
import type { ReportBook } from './reports/report-book.ts'
import type { DiscordRest } from './rest/create-rest.ts'

/** What everything that speaks in Discord works with. Made anew for each leadership, by `lead`. */
export interface BotContext {
  db: Kysely<DB>
  log: Logger
  rest: DiscordRest
  /** The bot's own user id. */
  botId: string
  config: Config['discord']
  publicUrl: string | null
  /** Aborts when the bot stops, or no longer leads. */
  signal: AbortSignal
  pictures: Pick<ReturnType<typeof pictureDrawer>, 'draw' | 'drawOne'>
  orphans: Orphans
  /** Who is in the voice channels that are watched; null: nobody can know just now. */
  peopleInVoice(): string[] | null
  reports: ReportBook
  /** How posting gets on; written here, shown by `/readyz` and `/metrics`. */
  telling: Telling
}
