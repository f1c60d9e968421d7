import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import type { Aggregate } from '../aggregate.ts'

/** The sessions that had begun at `from` and went on: of them a period that begins then has a part. */
export async function sessionsUnderWay(db: Kysely<DB>, from: Date): Promise<number[]> {
  const rows = await db
    .selectFrom('gaming_sessions')
    .select('gaming_session_id')
    .where('started_at', '<', from)
    .where('ended_at', '>=', from)
    .execute()
  return rows.map(row => row.gaming_session_id)
}

interface Cut {
  sessions: readonly number[]
  from: Date
  aggregates: readonly Aggregate[]
  guid: string | null
  nameOf: (index: number) => RawBuilder<unknown>
}

/**
 * What the rounds of these sessions that ended at `from` or later add up to, a row for each player, straight from the
 * rounds. Which of them are games is known by then (`map_round_cells`), and so is who won a map; a map counts where both
 * of its rounds are in.
 */
export function cutRows({ sessions, from, aggregates, guid, nameOf }: Cut): RawBuilder<unknown> {
  const sums = aggregates.map(({ column, how, where }, index) => {
    const value = sql`p.${sql.ref(column)}::float8`
    const known = where === undefined ? sql`` : sql`filter (where p.${sql.ref(where)} is not null)`
    return sql`, ${how === 'sum' ? sql`sum(${value})` : sql`max(${value})`} ${known} as ${nameOf(index)}`
  })
  const own = (column: RawBuilder<unknown>) => (guid === null ? sql`` : sql`and ${column} = ${guid}`)
  const main = sql`coalesce(j.main_guid, p.player_guid)`
  return sql`(
    with games as materialized (
      select round_id, ended_at from map_round_cells
      where gaming_session_id = any(${[...sessions]}::bigint[]) and ended_at >= ${from}
    ), played as (
      select ${main} as guid, count(distinct g.round_id) as rounds, min(g.ended_at) as first, max(g.ended_at) as last
        ${sql.join(sums, sql``)}
      from games g join player_comprehensive_stats p using (round_id)
        left join player_joins j on j.player_guid = p.player_guid
      where p.player_guid not like 'OMNIBOT%' ${own(main)} group by 1
    ), aimed as (
      select ${main} as guid, sum(p.shots) as shots, sum(p.hits) as hits
      from games g join weapon_comprehensive_stats p using (round_id)
        left join player_joins j on j.player_guid = p.player_guid
      where p.weapon_name <> 'syringe' ${own(main)} group by 1
    ), results as (
      select r.player_guid as guid, count(*) as maps, count(*) filter (where r.team = r.winner) as maps_won
      from player_map_results r join map_round_cells c using (gaming_session_id, round_id)
      where gaming_session_id = any(${[...sessions]}::bigint[]) ${own(sql`r.player_guid`)}
        and not exists (select from map_round_cells o where o.map_key = c.map_key and o.ended_at < ${from})
      group by 1
    )
    select guid, rounds, coalesce(maps, 0) as maps, coalesce(maps_won, 0) as maps_won, coalesce(shots, 0) as shots,
      coalesce(hits, 0) as hits, first, last
      ${sql.join(
        aggregates.map((_, index) => sql`, ${nameOf(index)}`),
        sql``,
      )}
    from played left join aimed using (guid) left join results using (guid)
  )`
}
