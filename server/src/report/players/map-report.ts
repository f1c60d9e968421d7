import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { loadMapFigures, type MapFigures } from './map-figures.ts'

/** One map over all time: games between people only. */
export interface MapSummary {
  map: string
  /** Maps played: a map is one or both of its rounds. */
  times: number
  /** Attacks by how they ended; `unknown`: nothing tells. */
  attacks: number
  completed: number
  held: number
  surrendered: number
  unknown: number
  bestSeconds: number | null
  medianSeconds: number | null
  /** Rounds by the side that won. */
  axisWins: number
  alliesWins: number
  lastPlayed: string
}

export interface MapReport extends MapSummary {
  /** Attack times that are known, the newest first; at most 500. */
  attackTimes: { seconds: number; roundId: number; endedAt: string }[]
  /** Those with the most rounds on it, by K/D of ten rounds or more. */
  players: MapFigures[]
}

/** The most played first. */
export async function listMaps(db: Kysely<DB>, map: string | null = null): Promise<MapSummary[]> {
  const { rows } = await sql<Omit<MapSummary, 'lastPlayed'> & { last: Date }>`
    select map_name as map, count(distinct map_key)::int as times, count(*)::int as attacks,
      count(*) filter (where attack = 'completed')::int as completed,
      count(*) filter (where attack = 'held')::int as held,
      count(*) filter (where attack = 'surrendered')::int as surrendered,
      count(*) filter (where attack = 'unknown')::int as unknown,
      min(seconds) filter (where attack = 'completed') as "bestSeconds",
      percentile_cont(0.5) within group (order by seconds) filter (where attack = 'completed') as "medianSeconds",
      count(*) filter (where winner_team = 1)::int as "axisWins",
      count(*) filter (where winner_team = 2)::int as "alliesWins",
      max(ended_at) as last
    from map_round_cells where ${map === null ? sql`true` : sql`map_name = ${map}`}
    group by map_name order by times desc, map_name`.execute(db)
  return rows.map(({ last, ...summary }) => ({ ...summary, lastPlayed: last.toISOString() }))
}

/** Points on a strip; older attacks are in best and median all the same. */
const MOST_TIMES = 500
const LEAST_ROUNDS = 10
const BEST_PLAYERS = 20

/** Null: nobody has played it. */
export async function loadMapReport(db: Kysely<DB>, map: string): Promise<MapReport | null> {
  const [summary] = await listMaps(db, map)
  if (!summary) return null
  const times = await db
    .selectFrom('map_round_cells')
    .select(['round_id', 'seconds', 'ended_at'])
    .where('map_name', '=', map)
    .where('attack', '=', 'completed')
    .where('seconds', 'is not', null)
    .orderBy('ended_at', 'desc')
    .limit(MOST_TIMES)
    .execute()
  const all = await loadMapFigures(db, null, map)
  const regulars = all.filter(player => player.rounds >= LEAST_ROUNDS)
  return {
    ...summary,
    attackTimes: times.map(({ round_id, seconds, ended_at }) => ({
      ...{ roundId: round_id, seconds: seconds ?? 0, endedAt: ended_at.toISOString() },
    })),
    // A map of one evening has no regulars: then everybody is compared.
    players: (regulars.length > 0 ? regulars : all)
      .toSorted((a, b) => b.kd - a.kd || b.rounds - a.rounds || (a.guid < b.guid ? -1 : 1))
      .slice(0, BEST_PLAYERS),
  }
}
