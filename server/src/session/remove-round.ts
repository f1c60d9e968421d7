import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'

/**
 * Takes a round away with its figures, and dates the change in its session, and in those that hold the other half of
 * its map: a row that is gone tells nobody when it went.
 */
export async function removeRound(trx: Transaction<DB>, roundId: number): Promise<void> {
  await sql`
    with gone as (delete from rounds where round_id = ${roundId} returning round_id, gaming_session_id, match_id)
    update gaming_sessions set changed_at = now()
    where gaming_session_id in (
      select gaming_session_id from gone
      union
      select other.gaming_session_id from gone join rounds other using (match_id)
    )`.execute(trx)
}
