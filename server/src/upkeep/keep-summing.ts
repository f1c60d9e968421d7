import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { DatabaseFault } from '../db/database-fault.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import { settleFigures } from '../report/players/settle-figures.ts'
import type { ServerState } from '../server-state.ts'
import { importsWatch, type Marked, type SummingPlan } from './imports-watch.ts'

interface Context {
  db: Kysely<DB>
  log: Logger
  state: Pick<ServerState, 'databasePrepared' | 'readOnly'>
}

const LOOK_MS = 1_000
/** Where nothing is marked: a server that idles is to cost nothing, and no reader waits for this. */
const IDLE_LOOK_MS = 3_000
/** Between portions of a long history: readers come first. */
const REST_MS = 20
const AFTER_FAULT_MS = 10_000

/**
 * Keeps the sums of players' figures up with the rounds, so that no reader has to. Who reads before it has come by sums
 * what is missing himself: this only makes it rare, and so it leaves imports alone. Ends when `signal` aborts.
 */
export async function keepSumming({ db, log, state }: Context, signal: AbortSignal): Promise<void> {
  const planFor = importsWatch()
  while (!signal.aborted) {
    let rest = LOOK_MS
    if (state.databasePrepared && state.readOnly !== true) {
      try {
        const marks = await readMarks(db)
        if (await sum(db, planFor(marks, performance.now()))) rest = REST_MS
        else if (marks.what === null) rest = IDLE_LOOK_MS
      } catch (err) {
        rest = AFTER_FAULT_MS
        if (!signal.aborted && !(err instanceof DatabaseFault))
          log.error({ err }, 'Sessions could not be summed for the pages of players; tried again')
      }
    }
    await sleep(rest, undefined, { signal }).catch(() => undefined)
  }
}

/** Sessions to be summed, and what rests on them. */
async function readMarks(db: Kysely<DB>): Promise<Marked> {
  const { rows } = await sql<Marked>`
    select coalesce(s.mark, 0) as newest,
      case when num_nonnulls(s.mark, o.mark) > 0 then concat_ws(' ', 'session', s.mark, 'sum', o.mark) end as what
    from (select max(mark_id) as mark from unsummed_sessions) s, (select max(mark_id) as mark from stale_sums) o`.execute(
    db,
  )
  return rows[0] ?? { newest: 0, what: null }
}

/** Returns whether there may be more to do at once. */
async function sum(db: Kysely<DB>, plan: SummingPlan): Promise<boolean> {
  switch (plan.kind) {
    case 'nothing':
      return false
    case 'rested':
      await settleFigures(db, { upTo: plan.upTo })
      return false
    case 'all':
      return (await settleFigures(db)) > 0
  }
}
