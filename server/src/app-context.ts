import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import type { PictureDrawer } from './charts/draw-pictures.ts'
import type { Config } from './config.ts'
import type { DB } from './db/tables.ts'
import type { TokenVerifier } from './game-servers/tokens/token-verifier.ts'
import type { Logger } from './log/logger.ts'
import type { Metrics } from './metrics.ts'
import type { ServerState } from './server-state.ts'

/** What the routes work with. Made once, by `buildApp`. */
export interface AppContext {
  db: Kysely<DB>
  pool: Pool
  log: Logger
  config: Config
  metrics: Metrics
  tokens: TokenVerifier
  state: ServerState
  pictures: Pick<PictureDrawer, 'draw'>
}
