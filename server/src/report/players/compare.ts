import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { loadRivals, type Rival } from './rivals.ts'

/** Two players on the same maps: with each other, and against each other. */
export interface Meetings {
  /** In one team: maps with a result, and how they ended for both. */
  together: { maps: number; won: number; drawn: number; lost: number }
  /** Against each other, as the first of the two sees it. */
  against: { maps: number; won: number; drawn: number; lost: number }
  /** Kills of each other, from the first's side; null: no file tells. */
  duels: Rival | null
  byMap: { map: string; together: number; against: number; won: number }[]
}

interface Row {
  map: string
  is_together: boolean
  maps: number
  won: number
  drawn: number
}

export async function loadMeetings(db: Kysely<DB>, a: string, b: string): Promise<Meetings> {
  const { rows } = await sql<Row>`
    select a.map_name as map, a.team = b.team as is_together, count(*)::int as maps,
      count(*) filter (where a.winner = a.team)::int as won, count(*) filter (where a.winner = 'tie')::int as drawn
    from player_map_results a join player_map_results b using (round_id)
    where a.player_guid = ${a} and b.player_guid = ${b}
    group by 1, 2 order by 1, 2`.execute(db)
  const total = (own: readonly Row[]) => {
    const sum = (of: (row: Row) => number) => own.reduce((all, row) => all + of(row), 0)
    const [maps, won, drawn] = [sum(row => row.maps), sum(row => row.won), sum(row => row.drawn)]
    return { maps, won, drawn, lost: maps - won - drawn }
  }
  const names = [...new Set(rows.map(row => row.map))]
  return {
    together: total(rows.filter(row => row.is_together)),
    against: total(rows.filter(row => !row.is_together)),
    duels: (await loadRivals(db, a, b))[0] ?? null,
    byMap: names.map(map => {
      const own = rows.filter(row => row.map === map)
      const against = own.filter(row => !row.is_together)
      return {
        map,
        together: total(own.filter(row => row.is_together)).maps,
        against: total(against).maps,
        won: total(against).won,
      }
    }),
  }
}
