import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { ServerState } from '../context.ts'
import { DatabaseFault } from '../db/database-fault.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import { settleFigures } from '../report/players/settle-figures.ts'

interface Deps {
  db: Kysely<DB>
  log: Logger
  state: Pick<ServerState, 'databasePrepared' | 'readOnly'>
}

const LOOK_MS = 1_000
/** Between portions of a long history: uploads and readers come first. */
const REST_MS = 20
const AFTER_FAULT_MS = 10_000

/**
 * Keeps the sums of players' figures up with the rounds, so that no reader has to. Who reads before it has come by sums
 * what is missing himself: this only makes it rare. Ends when `signal` aborts.
 */
export async function keepSumming({ db, log, state }: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let rest = LOOK_MS
    if (state.databasePrepared && state.readOnly !== true) {
      try {
        if ((await settleFigures(db)) > 0) rest = REST_MS
      } catch (err) {
        rest = AFTER_FAULT_MS
        if (!signal.aborted && !(err instanceof DatabaseFault))
          log.error({ err }, 'Sessions could not be summed for the pages of players; tried again')
      }
    }
    await sleep(rest, undefined, { signal }).catch(() => undefined)
  }
}
