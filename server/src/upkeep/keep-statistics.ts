import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { DatabaseFault } from '../db/database-fault.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import type { ServerState } from '../server-state.ts'

interface Context {
  db: Kysely<DB>
  log: Logger
  state: Pick<ServerState, 'databasePrepared' | 'readOnly' | 'imports'>
}

/** What every import reads, by one of several indexes that begin with the game server. */
const TABLES = ['processed_files', 'rounds']
/** Enough to tell the indexes apart; few enough that the wrong one costs nothing yet. */
const ROWS = 100
const LOOK_MS = 1_000
/** An idle connection tells of its rows up to ten seconds later. */
const LATE_MS = 12_000

/**
 * Has PostgreSQL look at what the first files brought, once. Its own look comes a minute later, and until then it takes
 * all indexes for equal: a backlog's imports read all files of their game server for each neighbour (3 ms for 400 files
 * instead of 0.4, and more with every one). It asks for some seconds after the start and after imports of this
 * process: a server that idles is to cost nothing. Ends when it was done, by us or by PostgreSQL.
 */
export async function keepStatistics({ db, log, state }: Context, signal: AbortSignal): Promise<void> {
  let seen = { imports: -1, at: 0 }
  while (!signal.aborted) {
    const { databasePrepared, readOnly, imports = 0 } = state
    try {
      if (databasePrepared && readOnly !== true) {
        if (imports !== seen.imports) seen = { imports, at: performance.now() }
        if (performance.now() - seen.at < LATE_MS && (await analyzeGrown(db)) === 'done') return
      }
    } catch (err) {
      if (!signal.aborted && !(err instanceof DatabaseFault))
        log.error({ err }, 'PostgreSQL could not look at its tables; tried again')
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function analyzeGrown(db: Kysely<DB>): Promise<'done' | 'early'> {
  const { rows } = await sql<{ name: string; isGrown: boolean }>`
    select relname as name, n_tup_ins >= ${ROWS} as "isGrown" from pg_stat_user_tables
    where relid = any(${TABLES}::text[]::regclass[]) and last_analyze is null and last_autoanalyze is null`.execute(
    db,
  )
  for (const { name, isGrown } of rows) if (isGrown) await sql`analyze ${sql.table(name)}`.execute(db)
  return rows.every(({ isGrown }) => isGrown) ? 'done' : 'early'
}
