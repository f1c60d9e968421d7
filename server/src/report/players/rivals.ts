import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'

/** How two players killed each other, as the files of awards tell it. */
export interface Rival {
  guid: string
  kills: number
  deaths: number
  rounds: number
}

/** Everybody whom a player met, those he met most first; `opponent`: only that one. Main GUIDs; games between people. */
export async function loadRivals(
  db: Kysely<DB>,
  guid: string,
  opponent: string | null = null,
): Promise<Rival[]> {
  const { rows } = await sql<Rival>`
    with own as (
      select ${guid}::text as guid union all select player_guid from player_joins where main_guid = ${guid}
    )
    select coalesce(j.main_guid, d.opponent_guid) as guid, sum(d.kills)::int as kills, sum(d.deaths)::int as deaths,
      count(distinct d.round_id)::int as rounds
    from own join round_duels d on d.player_guid = own.guid
    join map_round_cells c on c.round_id = d.round_id
    left join player_joins j on j.player_guid = d.opponent_guid
    where d.opponent_guid not like 'OMNIBOT%' and coalesce(j.main_guid, d.opponent_guid) <> ${guid}
      and (${opponent}::text is null or coalesce(j.main_guid, d.opponent_guid) = ${opponent})
    group by 1 order by sum(d.kills) + sum(d.deaths) desc, 1`.execute(db)
  return rows
}
