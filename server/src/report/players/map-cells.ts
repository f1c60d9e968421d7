import type { MapCell } from '../../db/player-cells.ts'
import { groupBy } from '../group-by.ts'
import type { PlayerRow, RoundRow } from '../session-rows.ts'
import type { PlayedMap } from './played-maps.ts'

interface Played {
  rows: readonly PlayerRow[]
  rounds: readonly RoundRow[]
  played: readonly PlayedMap[]
}

export function mapCells(session: number, { rows, rounds, played }: Played): MapCell[] {
  const roundOf = new Map(rounds.map(round => [round.round_id, round]))
  const mapsOf = groupBy(played, each => `${each.map_name} ${each.player_guid}`)
  return [...groupBy(rows, row => `${row.map_name} ${row.player_guid}`)].flatMap(([key, own]) => {
    const first = own[0]
    if (!first) return []
    const defender = ({ round_id }: PlayerRow) => roundOf.get(round_id)?.defender_team ?? null
    const sided = own.filter(row => (row.team === 1 || row.team === 2) && defender(row) !== null)
    const attack = sumsOf(
      sided.filter(row => row.team !== defender(row)),
      roundOf,
    )
    const defence = sumsOf(
      sided.filter(row => row.team === defender(row)),
      roundOf,
    )
    const all = sumsOf(own, roundOf)
    const maps = mapsOf.get(key) ?? []
    return {
      ...{ gaming_session_id: session, map_name: first.map_name, player_guid: first.player_guid },
      ...{
        rounds: all.rounds,
        maps: maps.length,
        maps_won: maps.filter(({ team, winner }) => team === winner).length,
      },
      ...{ kills: all.kills, deaths: all.deaths, damage: all.damage, seconds: all.seconds },
      attack_rounds: attack.rounds,
      attack_won: attack.won,
      attack_kills: attack.kills,
      attack_deaths: attack.deaths,
      attack_damage: attack.damage,
      attack_seconds: attack.seconds,
      defence_rounds: defence.rounds,
      defence_won: defence.won,
      defence_kills: defence.kills,
      defence_deaths: defence.deaths,
      defence_damage: defence.damage,
      defence_seconds: defence.seconds,
    }
  })
}

function sumsOf(rows: readonly PlayerRow[], roundOf: ReadonlyMap<number, RoundRow>) {
  const timed = rows.filter(row => row.damage_given !== null && row.time_played_seconds !== null)
  return {
    rounds: new Set(rows.map(row => row.round_id)).size,
    won: new Set(
      rows.filter(row => roundOf.get(row.round_id)?.winner_team === row.team).map(row => row.round_id),
    ).size,
    kills: sum(rows.map(row => row.kills)),
    deaths: sum(rows.map(row => row.deaths)),
    damage: timed.length === 0 ? null : sum(timed.map(row => row.damage_given ?? 0)),
    seconds: timed.length === 0 ? null : sum(timed.map(row => row.time_played_seconds ?? 0)),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
