import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { shownText } from '../shown-name.ts'

/** An award of single rounds, as the game server's script gives it, and how often a player won it. */
export interface WonAward {
  award: string
  /** Something to be proud of. */
  isHonour: boolean
  times: number
  /** Of these, how often for a whole map: its counters go on from round 1. */
  ofMaps: number
}

/** Honours first, those won most often first. Games between people only; `guids`: all of one player. */
export async function loadWonAwards(db: Kysely<DB>, guids: readonly string[]): Promise<WonAward[]> {
  const { rows } = await sql<{ award: string; is_honour: boolean; times: number; of_maps: number }>`
    select a.award, a.is_honour, count(*)::int as times, (count(*) filter (where a.scope = 'map'))::int as of_maps
    from round_awards a join map_round_cells c using (round_id)
    where a.player_guid = any(${[...guids]}) and a.note is null
    group by 1, 2 order by a.is_honour desc, times desc, a.award`.execute(db)
  return rows.map(({ award, is_honour, times, of_maps }) => ({
    award: shownText(award),
    isHonour: is_honour,
    times,
    ofMaps: of_maps,
  }))
}

/**
 * How many awards of single rounds each player won in a session, those who won most first: the awards to be proud of, of
 * rounds that count, of names that are somebody's for certain. Main GUIDs, people only.
 */
export async function loadSessionHonours(
  db: Kysely<DB>,
  session: number,
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
