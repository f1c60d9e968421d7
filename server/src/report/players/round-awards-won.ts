import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'

/**
 * How many of the awards that the game server's script gave in single rounds each player won, those who won most first:
 * the awards to be proud of, of rounds that count, of names that are somebody's for certain. Main GUIDs, people only.
 */
export async function loadRoundAwardsWon(
  db: Kysely<DB>,
  { session }: { session: number },
): Promise<{ player_guid: string; won: number }[]> {
  const { rows } = await sql<{ player_guid: string; won: number }>`
    select coalesce(j.main_guid, a.player_guid) as player_guid, count(*)::int as won
    from counted_rounds r join round_awards a using (round_id)
    left join player_joins j on j.player_guid = a.player_guid
    where r.gaming_session_id = ${session} and a.is_honour and a.note is null
      and a.player_guid not like 'OMNIBOT%'
    group by 1 order by won desc, 1`.execute(db)
  return rows
}
