import { setTimeout as sleep } from 'node:timers/promises'
import { backoff } from '@debrief/shared'
import type { AppContext } from './app-context.ts'
import type { Config } from './config.ts'
import { DatabaseAway, DatabaseFault, DatabaseUnusable } from './db/database-fault.ts'
import { migrate, missingMigrations } from './db/migrate.ts'
import { ensureToken } from './game-servers/tokens/ensure-token.ts'

interface Context extends Pick<AppContext, 'db' | 'pool' | 'log' | 'state'> {
  ingest: Config['ingest']
}

const PAUSE = { baseMs: 1_000, capMs: 10_000 }
/** How soon a standby that became the primary is used as one. */
const STANDBY_LOOK_MS = 5_000

/**
 * Tables of this version, and the token of the settings. On a standby nothing is written: it is enough that its primary
 * has the tables. Throws a DatabaseFault where it cannot be used, and what waiting cannot mend.
 */
export async function prepareDatabase({ ingest, ...context }: Context, signal?: AbortSignal): Promise<void> {
  const { pool, state } = context
  const readOnly = await isStandby(context)
  if (readOnly) {
    const missing = await missingMigrations({ pool })
    if (missing.length > 0)
      throw new DatabaseUnusable(
        'The database is a standby, and its primary does not have the tables of this version yet.',
        new Error(`${missing.join(', ')} missing`),
      )
  } else {
    await migrate(signal ? { ...context, signal } : context)
    if (ingest) await ensureToken(context, ingest)
  }
  if (readOnly && state.readOnly !== true)
    context.log.warn(
      'The database is a standby: pages are served, uploads get 503, and no bot runs until it is the primary.',
    )
  state.readOnly = readOnly
  state.databaseTrouble = null
  state.databasePrepared = true
}

/**
 * Tries until the database is prepared, and goes on looking while it is a standby, until `signal` aborts. Each failure
 * is a line in the log, and the newest one is told by /readyz. `first` is the attempt that is under way already.
 */
export async function keepPreparing(
  context: Context,
  signal: AbortSignal,
  first: Promise<void>,
): Promise<void> {
  let failures = 0
  let attempt = first
  while (!signal.aborted) {
    let pause = STANDBY_LOOK_MS
    try {
      await attempt
      failures = 0
      if (context.state.readOnly !== true) {
        if (attempt !== first) context.log.info('The database is there: uploads are taken.')
        return
      }
    } catch (err) {
      if (signal.aborted) return
      tellTrouble(context, err)
      failures += 1
      pause = backoff(PAUSE, failures)
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    attempt = prepareDatabase(context, signal)
  }
}

function tellTrouble({ log, state }: Context, err: unknown): void {
  // A standby that broke off is read again when it is back; the pages say 503 by themselves meanwhile.
  state.databaseTrouble = err instanceof DatabaseFault ? err.sentence : 'Its tables could not be made ready.'
  const waits = `Uploads get 503 and come again; waiting for the database. ${err instanceof Error ? err.message : err}`
  if (err instanceof DatabaseAway) log.warn({ err }, waits)
  else log.error({ err }, waits)
}

async function isStandby({ pool }: Pick<Context, 'pool'>): Promise<boolean> {
  const { rows } = await pool.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
  return rows[0]?.standby === true
}
