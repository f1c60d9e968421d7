import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { SumKind } from '../../db/player-cells.ts'
import type { DB } from '../../db/tables.ts'
import { AGGREGATES } from '../aggregate.ts'

/** What some sessions of a long history mark is summed at once. */
const MARKS_AT_ONCE = 5_000
const NO_LIMIT = '9223372036854775807'

/** Which of the sums; `about`: only those of this player, or of this map. */
export interface WantedSums {
  kinds: readonly SumKind[]
  about?: string
}

export const ALL_SUMS: WantedSums = { kinds: ['player', 'player on map', 'names', 'map'] }
export const NO_SUMS: WantedSums = { kinds: [] }

/** Whether a mark is one of them. */
export function areWanted({ kinds, about }: WantedSums): RawBuilder<boolean> {
  const kind = sql<boolean>`kind = any(${[...kinds]})`
  return about === undefined ? kind : sql<boolean>`(${kind} and ${about} in (of, at))`
}

/**
 * Makes the sums of these kinds over quarters and over all time say what the cells say, wherever these changed. Each is
 * made anew from the rows below it and never counted on, so that it is a function of them; and those are few: a player's
 * evenings of one quarter, his quarters. Returns whether there was anything to do.
 */
export async function settleSums(trx: Transaction<DB>, wanted: WantedSums): Promise<boolean> {
  if (wanted.kinds.length === 0) return false
  // Up to a mark and not by a list of them: on a table that seems empty the planner looks through the list for each.
  const isMeant = areWanted(wanted)
  const { rows } = await sql<Mark>`
    delete from stale_sums where ${isMeant} and mark_id <= coalesce((
      select mark_id from stale_sums where ${isMeant} order by mark_id offset ${MARKS_AT_ONCE - 1} limit 1
    ), ${NO_LIMIT}::bigint)
    returning kind, of, at`.execute(trx)
  if (rows.length === 0) return false
  const marked = (kind: SumKind) => [
    ...new Map(rows.filter(row => row.kind === kind).map(row => [`${row.of} ${row.at}`, row])).values(),
  ]
  await sumPlayers(trx, marked('player'))
  await sumPlayersOnMaps(trx, marked('player on map'))
  await sumNames(trx, marked('names'))
  await sumMaps(trx, marked('map'))
  return true
}

interface Mark {
  kind: SumKind
  of: string
  at: string
}

/** The marks as a table. */
function listed(marks: readonly Mark[]): RawBuilder<unknown> {
  return sql`unnest(${marks.map(mark => mark.of)}::text[], ${marks.map(mark => mark.at)}::text[]) as s (of, at)`
}

const distinct = (marks: readonly Mark[]) => [...new Set(marks.map(mark => mark.of))]

/** From when to when a quarter is, by its name. */
const FIRST_DAY = sql`make_date(left(s.at, 4)::int, 3 * right(s.at, 1)::int - 2, 1)`
const NEXT_DAY = sql`(${FIRST_DAY} + interval '3 months')::date`

async function sumPlayers(trx: Transaction<DB>, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return
  await sql`delete from player_sums p using ${listed(marks)} where p.period = s.at and p.player_guid = s.of`.execute(
    trx,
  )
  // A round's date is the game host's; the index is by when the round ended, which is less than two days off.
  const cells = sql`
    select s.of as guid, s.at as period_of, c.* from ${listed(marks)} join player_cells c on c.player_guid = s.of
      and c.round_date >= ${FIRST_DAY} and c.round_date < ${NEXT_DAY}
      and c.last_ended_at >= ${FIRST_DAY} - interval '2 days' and c.last_ended_at < ${NEXT_DAY} + interval '2 days'
    order by s.of, s.at, c.last_ended_at, c.gaming_session_id`
  await insertPlayerSums(trx, cells, WEAPONS_OF_PARTS)
  const guids = distinct(marks)
  await sql`delete from player_sums where period = 'all' and player_guid = any(${guids})`.execute(trx)
  const quarters = sql`
    select q.player_guid as guid, 'all' as period_of, q.* from player_sums q
    where q.player_guid = any(${guids}) and q.period <> 'all' order by q.player_guid, q.period`
  // His weapons over all time are for his page alone, which adds up its few quarters itself: here it were a third of all.
  await insertPlayerSums(trx, quarters, NO_WEAPONS)
}

const WEAPONS_OF_PARTS = sql`
  select guid, period_of, jsonb_object_agg(weapon, figures) as weapons from (
    select c.guid, c.period_of, w.key as weapon, jsonb_build_array(sum((w.value ->> 0)::int),
      sum((w.value ->> 1)::int), sum((w.value ->> 2)::int), sum((w.value ->> 3)::int), sum((w.value ->> 4)::int)
    ) as figures
    from parts c cross join lateral jsonb_each(c.weapons) w group by 1, 2, 3
  ) each_weapon group by 1, 2`
const NO_WEAPONS = sql`select null::text as guid, null::text as period_of, null::jsonb as weapons where false`

/** `parts`: what is summed, in order: a sum of fractions is the same only in the same order. */
async function insertPlayerSums(
  trx: Transaction<DB>,
  parts: RawBuilder<unknown>,
  weapons: RawBuilder<unknown>,
): Promise<void> {
  const sums = AGGREGATES.map(({ how }, index) => {
    const part = sql`c.sums[${sql.lit(index + 1)}]`
    return how === 'sum' ? sql`sum(${part})` : sql`max(${part})`
  })
  await sql`
    with parts as materialized (${parts}), weapons as (${weapons}), summed as (
      select c.guid, c.period_of, min(c.first_ended_at) as first_ended_at, max(c.last_ended_at) as last_ended_at,
        sum(c.rounds) as rounds, sum(c.maps) as maps, sum(c.maps_won) as maps_won, sum(c.shots) as shots,
        sum(c.hits) as hits, array[${sql.join(sums)}] as sums
      from parts c group by 1, 2
    )
    insert into player_sums (player_guid, period, first_ended_at, last_ended_at, rounds, maps, maps_won, shots, hits,
      sums, weapons)
    select s.*, coalesce(w.weapons, '{}') from summed s left join weapons w using (guid, period_of)`.execute(
    trx,
  )
}

const MAP_COUNTS = ['rounds', 'maps', 'maps_won', 'kills', 'deaths'] as const
const SIDE_COUNTS = ['rounds', 'won', 'kills', 'deaths'] as const
const COUNTS = [
  ...MAP_COUNTS,
  ...SIDE_COUNTS.flatMap(name => [`attack_${name}` as const, `defence_${name}` as const]),
]
const MEASURES = [
  ...(['damage', 'seconds', 'attack_damage', 'attack_seconds'] as const),
  ...(['defence_damage', 'defence_seconds'] as const),
]

async function sumPlayersOnMaps(trx: Transaction<DB>, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return
  await sql`delete from player_map_sums p using ${listed(marks)} where p.map_name = s.at and p.player_guid = s.of`.execute(
    trx,
  )
  const columns = [...COUNTS, ...MEASURES].map(name => sql.ref(name))
  await sql`
    insert into player_map_sums (map_name, player_guid, ${sql.join(columns)})
    select map_name, player_guid, ${sql.join(columns.map(column => sql`sum(${column})`))}
    from (
      select c.* from ${listed(marks)} join player_map_cells c on c.player_guid = s.of and c.map_name = s.at
      order by c.map_name, c.player_guid, c.gaming_session_id
    ) c group by map_name, player_guid`.execute(trx)
}

async function sumNames(trx: Transaction<DB>, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return
  const guids = distinct(marks)
  await trx.deleteFrom('player_name_sums').where('player_guid', 'in', guids).execute()
  await sql`
    insert into player_name_sums (player_guid, player_name, clean_name, first_ended_at, last_ended_at)
    select player_guid, player_name, clean_name, min(first_ended_at), max(last_ended_at)
    from player_name_cells where player_guid = any(${guids}) group by 1, 2, 3`.execute(trx)
}

async function sumMaps(trx: Transaction<DB>, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return
  await sql`delete from map_sums m using ${listed(marks)} where m.period = s.at and m.map_name = s.of`.execute(
    trx,
  )
  const attacks = (kind: string) => sql`count(*) filter (where attack = ${sql.lit(kind)})`
  await sql`
    with games as materialized (
      select s.at, c.* from ${listed(marks)} join map_round_cells c on c.map_name = s.of
        and c.ended_at >= ${FIRST_DAY}::timestamp at time zone 'UTC'
        and c.ended_at < ${NEXT_DAY}::timestamp at time zone 'UTC'
    ), halves as (
      -- One round of a map: the other may have been played before this quarter, and is counted there.
      select map_name, at, map_key, min(ended_at) as ended_at, min(round_id) as round_id
      from games group by 1, 2, 3 having count(*) = 1
    ), counted_before as (
      select map_name, at, count(*) as times from halves h
      where exists (select from map_round_cells o where o.map_key = h.map_key
        and (o.ended_at, o.round_id) < (h.ended_at, h.round_id)) group by 1, 2
    )
    insert into map_sums (map_name, period, times, attacks, completed, held, surrendered, unknown, timed, best_seconds,
      axis_wins, allies_wins, last_ended_at)
    select map_name, at, count(distinct map_key) - coalesce(max(b.times), 0), count(*), ${attacks('completed')},
      ${attacks('held')}, ${attacks('surrendered')}, ${attacks('unknown')},
      count(seconds) filter (where attack = 'completed'), min(seconds) filter (where attack = 'completed'),
      count(*) filter (where winner_team = 1), count(*) filter (where winner_team = 2), max(ended_at)
    from games left join counted_before b using (map_name, at) group by 1, 2`.execute(trx)
  const maps = distinct(marks)
  await sql`delete from map_sums where period = 'all' and map_name = any(${maps})`.execute(trx)
  // Half-way through the times by index: of an even number the mean of the two in the middle.
  await sql`
    insert into map_sums (map_name, period, times, attacks, completed, held, surrendered, unknown, timed, best_seconds,
      axis_wins, allies_wins, last_ended_at, median_seconds)
    select m.*, (select avg(seconds) from (
      select seconds from map_round_cells c
      where c.map_name = m.map_name and c.attack = 'completed' and c.seconds is not null
      order by c.seconds offset greatest(m.timed - 1, 0) / 2 limit 2 - m.timed % 2
    ) middle)
    from (
      select map_name, 'all', sum(times), sum(attacks), sum(completed), sum(held), sum(surrendered), sum(unknown),
        sum(timed) as timed, min(best_seconds), sum(axis_wins), sum(allies_wins), max(last_ended_at)
      from map_sums where map_name = any(${maps}) and period <> 'all' group by map_name
    ) m`.execute(trx)
}
