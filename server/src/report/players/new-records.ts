import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely'
import type { RecordScope } from '../../db/player-cells.ts'
import type { DB } from '../../db/tables.ts'
import { ATTACK, MOST_HOLDERS, RECORD_ORDER, recordForm } from './record-rules.ts'

/** A record that a session set: higher than all that was reached before it. */
export interface NewRecord {
  scope: RecordScope
  category: string
  title: string
  rule: string
  /** Null: of all maps. */
  map: string | null
  /** Of attacks: seconds, and less is better. */
  value: number
  figure: string
  /** What stood until then. */
  before: { value: number; figure: string }
  /** Main GUIDs: one, or a line-up. */
  players: string[]
  /** Where it was set; of a map or a session, the last round of it. */
  roundId: number
}

interface Row {
  scope: RecordScope
  category: string
  of_map: string | null
  value: number
  before: number
  ended_at: Date
  round_id: number
  players: string[]
}

/**
 * The records that a session set, as they stood then: a function of the files, whenever they came. What is equal is no
 * new one, and the first of its kind has beaten nobody. None while an earlier session, or this one, is not summed yet.
 */
export async function loadNewRecords(db: Kysely<DB>, session: number): Promise<NewRecord[]> {
  const { rows } = await sql<Row>`select * from ${newRecordRows(sql`${session}::bigint`)}`.execute(db)
  // Cells of another version's categories are made anew with the next change of their session.
  const known = rows.filter(row => RECORD_ORDER.includes(row.category))
  const overall = new Set(known.filter(row => row.of_map === null).map(keyOf))
  return known
    .filter(row => row.of_map === null || !overall.has(keyOf(row)))
    .sort((a, b) => placeOf(a) - placeOf(b) || compareText(orderOf(a), orderOf(b)))
    .map(row => {
      const { title, rule, show } = recordForm(row.category)
      const [value, before] = [Math.abs(row.value), Math.abs(row.before)]
      return {
        ...{ scope: row.scope, category: row.category, title, rule, map: row.of_map },
        ...{ value, figure: show(value), before: { value: before, figure: show(before) } },
        ...{ players: row.players, roundId: row.round_id },
      }
    })
}

/** The same within a statement, as a text that changes with them; empty: none. */
export function newRecordsDigest(session: Expression<number>): RawBuilder<string> {
  return sql<string>`coalesce((
    select md5(string_agg(concat_ws(' ', scope, category, of_map, value, before, round_id, players), ','
      order by scope, category, of_map nulls first, players))
    from ${newRecordRows(session)}), '')`
}

/**
 * Against every session that began before the record was set: of one that was played at the same time elsewhere only the
 * best is known, and not when each of its figures was reached. So what is told was a record for certain.
 */
function newRecordRows(session: Expression<number>): RawBuilder<unknown> {
  const before = (onMap: RawBuilder<unknown>) => sql`(
    select o.value from record_cells o join gaming_sessions g using (gaming_session_id)
    where o.scope = own.scope and o.category = own.category ${onMap}
      and o.gaming_session_id <> own.gaming_session_id and g.started_at < own.ended_at
    order by o.value desc limit 1)`
  return sql`(
    select own.scope, own.category, own.of_map, own.value, own.ended_at, own.round_id, own.players, own.before
    from (
      select own.*, null::text as of_map, ${before(sql``)} as before
      from (select c.*, rank() over (best order by c.value desc) as place,
          row_number() over (best order by c.value desc, c.ended_at, c.players) as number
        from record_cells c where c.gaming_session_id = ${session} and c.category <> ${ATTACK}
        window best as (partition by c.scope, c.category)) own
      where own.place = 1 and own.number <= ${MOST_HOLDERS}
      union all
      select own.*, 1, 1, own.map_name, ${before(sql`and o.map_name = own.map_name`)}
      from record_cells own where own.gaming_session_id = ${session} and own.map_name <> ''
    ) own
    where own.before < own.value and not exists (
      select from unsummed_sessions u join gaming_sessions g using (gaming_session_id)
      where g.started_at <= own.ended_at)
  ) as news`
}

function keyOf({ scope, category, round_id, players }: Row): string {
  return [scope, category, round_id, ...players].join(' ')
}

/** Not by number: rounds have those of their arrival. */
function orderOf({ of_map, category, ended_at, players }: Row): string {
  return [of_map ?? '', category, ended_at.toISOString(), ...players].join(' ')
}

/** Of all maps first, and of them the evening's; then map by map, attacks before all. */
function placeOf({ scope, category, of_map }: Row): number {
  const places = [of_map === null ? 0 : 1, category === ATTACK ? 0 : 1, SCOPES.indexOf(scope)]
  return [...places, RECORD_ORDER.indexOf(category)].reduce((all, place) => all * 100 + place, 0)
}

const SCOPES: readonly RecordScope[] = ['session', 'map', 'round']

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
