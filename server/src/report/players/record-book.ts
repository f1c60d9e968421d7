import { type Kysely, sql } from 'kysely'
import type { RecordScope } from '../../db/player-cells.ts'
import type { DB } from '../../db/tables.ts'
import { ATTACK, MOST_HOLDERS, RECORD_ORDER, recordForm } from './record-rules.ts'

/** A record as it stands; all who reached the same hold it, the earliest first. */
export interface RecordEntry {
  scope: RecordScope
  category: string
  title: string
  rule: string
  /** Of attacks: seconds, and less is better. */
  value: number
  figure: string
  holders: RecordHolder[]
}

interface RecordHolder {
  /** Main GUIDs: one, or a line-up. */
  players: string[]
  /** Where it was set; of a map or a session, the last round of it. */
  roundId: number
  session: number
  map: string
  endedAt: string
}

export interface RecordBook {
  /** Of all maps. */
  overall: RecordEntry[]
  byMap: Map<string, RecordEntry[]>
}

interface Row {
  scope: RecordScope
  category: string
  map_name: string
  value: number
  ended_at: Date
  round_id: number
  gaming_session_id: number
  players: string[]
}

/** The whole book: by index, a look-up for each record, however long the history is. */
export async function loadRecordBook(db: Kysely<DB>): Promise<RecordBook> {
  const categories = [...RECORD_ORDER]
  const { rows } = await sql<Row & { of_map: string | null }>`
    with recursive maps as (
      (select map_name from record_cells where map_name > '' order by map_name limit 1)
      union all
      select (select r.map_name from record_cells r where r.map_name > m.map_name order by r.map_name limit 1)
      from maps m where m.map_name is not null
    ),
    kinds as (
      select scope, category from unnest(array['round', 'map', 'session']) scope, unnest(${categories}::text[]) category
    ),
    best as (
      select null::text as of_map, k.scope, k.category, b.value
      from kinds k cross join lateral (select value from record_cells r
        where r.scope = k.scope and r.category = k.category and k.category <> ${ATTACK}
        order by value desc limit 1) b
      union all
      select m.map_name, k.scope, k.category, b.value
      from maps m cross join kinds k cross join lateral (select value from record_cells r
        where r.map_name = m.map_name and r.scope = k.scope and r.category = k.category order by value desc limit 1) b
      where m.map_name is not null and k.scope <> 'session'
    )
    select b.of_map, r.* from best b cross join lateral (
      select * from record_cells r
      where b.of_map is null and r.scope = b.scope and r.category = b.category and r.value = b.value
      union all
      select * from record_cells r
      where r.map_name = b.of_map and r.scope = b.scope and r.category = b.category and r.value = b.value
    ) r
    order by r.ended_at, r.players`.execute(db)
  const names = [...new Set(rows.flatMap(row => (row.of_map === null ? [] : [row.of_map])))].sort()
  return {
    overall: entriesOf(rows.filter(row => row.of_map === null)),
    byMap: new Map(names.map(name => [name, entriesOf(rows.filter(row => row.of_map === name))])),
  }
}

/** In the order of the table of records: rounds, maps, sessions; the attack last. */
function entriesOf(rows: readonly Row[]): RecordEntry[] {
  return (['round', 'map', 'session'] as const).flatMap(scope => {
    const own = rows.filter(row => row.scope === scope)
    return RECORD_ORDER.flatMap(category => entryOf(own, category))
  })
}

function entryOf(rows: readonly Row[], category: string): RecordEntry[] {
  const { title, rule, show } = recordForm(category)
  const held = rows.filter(row => row.category === category)
  const first = held[0]
  if (!first) return []
  const value = Math.abs(first.value)
  const holders = held.slice(0, MOST_HOLDERS).map(row => ({
    players: row.players,
    roundId: row.round_id,
    session: row.gaming_session_id,
    map: row.map_name,
    endedAt: row.ended_at.toISOString(),
  }))
  return [{ scope: first.scope, category, title, rule, value, figure: show(value), holders }]
}
