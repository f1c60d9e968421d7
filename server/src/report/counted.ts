import type { RoundStatus } from '@debrief/shared'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'

/**
 * The one door to what counts: only complete rounds do. Aborted attempts, and rounds that wait for their round 1, are in
 * no figure, list, command or suggestion; what shows them anyhow (a round's own page, "1 aborted round") says so.
 */
export function countedRounds(db: Kysely<DB>) {
  return db.selectFrom('counted_rounds as r')
}

/** Players' figures of counted rounds, with the round's server, session, match and end. */
export function countedPlayers(db: Kysely<DB>) {
  return db.selectFrom('counted_player_stats as p')
}

/** Weapons' figures of counted rounds (`w`), with the round (`r`). */
export function countedWeapons(db: Kysely<DB>) {
  return countedRounds(db).innerJoin('weapon_comprehensive_stats as w', 'w.round_id', 'r.round_id')
}

/** The same for rows that are here already. */
export function isCounted({ status }: { status: RoundStatus }): boolean {
  return status === 'complete'
}

export type UncountedStatus = Exclude<RoundStatus, 'complete'>

/** The same of a status, for those that are shown although they do not count. */
export function isUncounted(status: RoundStatus): status is UncountedStatus {
  return !isCounted({ status })
}

/**
 * The newest counted round; null where none counts yet. A game host with a wrong clock writes stamps that cannot be
 * true: those of the future are never the newest.
 */
export async function newestCounted(
  db: Kysely<DB>,
): Promise<{ gaming_session_id: number; round_id: number; round_date: string } | null> {
  const newest = await countedRounds(db)
    .select(['r.gaming_session_id', 'r.round_id', 'r.round_date'])
    .where('r.ended_at', '<', LATEST)
    .where('r.ended_at', '>=', EARLIEST)
    .orderBy('r.ended_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest ?? null
}

/** A day ahead: a host's time zone may be entered wrongly, and its clock may be fast. */
export const LATEST = sql<Date>`now() + interval '1 day'`
/** The game came out in May 2003. A board without a battery begins in 1970 or 2000. */
const EARLIEST = sql<Date>`timestamptz '2003-01-01'`
