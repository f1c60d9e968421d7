import { type Kysely, sql } from 'kysely'
import type { PlayerMapSum } from '../../db/player-cells.ts'
import type { DB } from '../../db/tables.ts'
import { steady } from '../aggregate.ts'
import { killsPerDeath } from '../forms.ts'

/** One player on one map, over all time. */
export interface MapFigures extends SideFigures {
  guid: string
  map: string
  /** Counted map results that he was in, and those that his team won. */
  maps: number
  mapsWon: number
  attack: SideFigures
  defence: SideFigures
}

export interface SideFigures {
  rounds: number
  /** Rounds that his side won. */
  won: number
  kills: number
  deaths: number
  kd: number
  dpm: number | null
}

/** Of one player on all maps, those with the most rounds first. */
export async function loadMapFigures(db: Kysely<DB>, guid: string): Promise<MapFigures[]> {
  const rows = await db
    .selectFrom('player_map_sums')
    .selectAll()
    .where('player_guid', '=', guid)
    .orderBy('rounds', 'desc')
    .orderBy('map_name')
    .execute()
  return rows.map(toMapFigures)
}

/** The best on a map by K/D, of those with at least `rounds` on it. */
export async function loadBestOnMap(
  db: Kysely<DB>,
  map: string,
  { rounds, limit }: { rounds: number; limit: number },
): Promise<MapFigures[]> {
  const rows = await db
    .selectFrom('player_map_sums')
    .selectAll()
    .where('map_name', '=', map)
    .where('rounds', '>=', rounds)
    .orderBy(sql`kills::float8 / greatest(deaths, 1)`, 'desc')
    .orderBy('rounds', 'desc')
    .orderBy('player_guid')
    .limit(limit)
    .execute()
  return rows.map(toMapFigures)
}

function toMapFigures(row: PlayerMapSum): MapFigures {
  return {
    ...{ guid: row.player_guid, map: row.map_name, maps: row.maps, mapsWon: row.maps_won },
    ...sideFigures({ ...row, won: row.attack_won + row.defence_won }),
    attack: sideFigures({
      ...{ rounds: row.attack_rounds, won: row.attack_won, kills: row.attack_kills },
      ...{ deaths: row.attack_deaths, damage: row.attack_damage, seconds: row.attack_seconds },
    }),
    defence: sideFigures({
      ...{ rounds: row.defence_rounds, won: row.defence_won, kills: row.defence_kills },
      ...{ deaths: row.defence_deaths, damage: row.defence_damage, seconds: row.defence_seconds },
    }),
  }
}

interface SideSums {
  rounds: number
  won: number
  kills: number
  deaths: number
  damage: number | null
  seconds: number | null
}

function sideFigures({ rounds, won, kills, deaths, damage, seconds }: SideSums): SideFigures {
  const dpm = damage === null || !seconds ? null : (damage / steady(seconds)) * 60
  return { rounds, won, kills, deaths, kd: killsPerDeath({ kills, deaths }), dpm }
}

/** Both sides over all maps. */
export async function loadSides(
  db: Kysely<DB>,
  guid: string,
): Promise<{ attack: SideFigures; defence: SideFigures }> {
  const { rows } = await sql<{ [Sum in keyof SideSums as `a_${Sum}` | `d_${Sum}`]: SideSums[Sum] }>`
    select coalesce(sum(attack_rounds), 0)::int as a_rounds, coalesce(sum(attack_won), 0)::int as a_won,
      coalesce(sum(attack_kills), 0)::int as a_kills, coalesce(sum(attack_deaths), 0)::int as a_deaths,
      sum(attack_damage) as a_damage, sum(attack_seconds) as a_seconds,
      coalesce(sum(defence_rounds), 0)::int as d_rounds, coalesce(sum(defence_won), 0)::int as d_won,
      coalesce(sum(defence_kills), 0)::int as d_kills, coalesce(sum(defence_deaths), 0)::int as d_deaths,
      sum(defence_damage) as d_damage, sum(defence_seconds) as d_seconds
    from player_map_sums where player_guid = ${guid}`.execute(db)
  const [row] = rows
  if (!row) throw new Error('A sum without a row.')
  return {
    attack: sideFigures({
      ...{ rounds: row.a_rounds, won: row.a_won, kills: row.a_kills },
      ...{ deaths: row.a_deaths, damage: row.a_damage, seconds: row.a_seconds },
    }),
    defence: sideFigures({
      ...{ rounds: row.d_rounds, won: row.d_won, kills: row.d_kills },
      ...{ deaths: row.d_deaths, damage: row.d_damage, seconds: row.d_seconds },
    }),
  }
}
