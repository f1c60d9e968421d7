import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'

/** What was done stays a week for `debrief outbox list`. */
const KEPT_DAYS = 7

/** Keeps the table small. Returns how many events went. */
export async function pruneOutbox(db: Kysely<DB>): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from outbox where done_at < now() - make_interval(days => ${KEPT_DAYS})`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/**
 * Where no bot runs, nobody takes events: those that a bot which starts now would pass over in silence go, so that the
 * table does not grow for ever.
 */
export async function pruneUnwanted(db: Kysely<DB>, maxAgeMinutes: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from outbox where created_at < now() - make_interval(mins => ${maxAgeMinutes})`.execute(db)
  return Number(numAffectedRows ?? 0)
}
