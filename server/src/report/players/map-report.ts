import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { loadBestOnMap, type MapFigures } from './map-figures.ts'

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
  const rows = await db
    .selectFrom('map_sums')
    .select(['map_name as map', 'times', 'attacks', 'completed', 'held', 'surrendered', 'unknown'])
    .select(['best_seconds as bestSeconds', 'median_seconds as medianSeconds'])
    .select(['axis_wins as axisWins', 'allies_wins as alliesWins', 'last_ended_at'])
    .where('period', '=', 'all')
    .$if(map !== null, query => query.where('map_name', '=', map))
    .orderBy('times', 'desc')
    .orderBy('map_name')
    .execute()
  return rows.map(({ last_ended_at, ...summary }) => ({
    ...summary,
    lastPlayed: last_ended_at.toISOString(),
  }))
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
  const best = (rounds: number) => loadBestOnMap(db, map, { rounds, limit: BEST_PLAYERS })
  const regulars = await best(LEAST_ROUNDS)
  return {
    ...summary,
    attackTimes: times.map(({ round_id, seconds, ended_at }) => ({
      ...{ roundId: round_id, seconds: seconds ?? 0, endedAt: ended_at.toISOString() },
    })),
    // A map of one evening has no regulars: then everybody is compared.
    players: regulars.length > 0 ? regulars : await best(0),
  }
}
