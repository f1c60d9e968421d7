import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'

/** The sums and the ratings of the sessions that they played in are by player. */
export async function sumAgain(trx: Transaction<DB>, guids: readonly string[]): Promise<void> {
  await sql`
    with played as (
      select distinct r.gaming_session_id from player_comprehensive_stats p join rounds r using (round_id)
      where p.player_guid = any(${[...guids]})
    ), rated as (
      insert into rating_marks (gaming_session_id) select gaming_session_id from played
    )
    insert into unsummed_sessions (gaming_session_id) select gaming_session_id from played`.execute(trx)
}
