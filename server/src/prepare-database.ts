import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from './config.ts'
import type { AppContext } from './context.ts'
import { DatabaseFault } from './db/database-fault.ts'
import { migrate } from './db/migrate.ts'
import { ensureToken } from './game-servers/tokens/ensure-token.ts'

type Deps = Pick<AppContext, 'db' | 'pool' | 'log' | 'state'>

/** Tables of this version, and the token of the settings. False: the database is away. Throws what waiting cannot mend. */
export async function prepareDatabase(deps: Deps, ingest: Config['ingest']): Promise<boolean> {
  const { log, state } = deps
  try {
    await migrate(deps)
    if (ingest) await ensureToken(deps, ingest)
    state.databasePrepared = true
    return true
  } catch (err) {
    if (!(err instanceof DatabaseFault)) throw err
    log.warn(
      { err },
      'The database cannot be reached. Uploads get 503 and come again; trying until it is there.',
    )
    return false
  }
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000

/** For a database that was away at the start: tries until it is prepared or `signal` says to stop. */
export async function keepPreparing(
  deps: Deps,
  ingest: Config['ingest'],
  signal: AbortSignal,
): Promise<void> {
  let pause = FIRST_PAUSE_MS
  while (!signal.aborted) {
    await sleep(pause, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    try {
      if (await prepareDatabase(deps, ingest)) {
        deps.log.info('The database is there: uploads are taken.')
        return
      }
    } catch (err) {
      // The wrong database, perhaps; someone may put the right one in its place. /readyz says 503 meanwhile.
      deps.log.error({ err }, 'The database cannot be used')
    }
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}
