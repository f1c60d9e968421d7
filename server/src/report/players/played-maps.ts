import type { MapResultCell } from '../../db/player-cells.ts'
import type { Match } from '../build-matches.ts'
import type { Attack } from '../score-map.ts'
import type { RoundRow } from '../session-rows.ts'

export interface PlayedMap extends MapResultCell {
  /** The day of the last round of it that he played. */
  date: string
}

/**
 * Who was in which map that has a result, and for which team: by the rosters and the score that the report tells. A
 * player who changed teams within the map is of the team that he ended it with. Maps whose rounds are no game between
 * people (`games` holds those that are) count for nobody.
 */
export function mapsOfPlayers(
  session: number,
  matches: readonly Match[],
  {
    games,
    rounds,
    mainOf,
  }: { games: ReadonlySet<number>; rounds: readonly RoundRow[]; mainOf: (guid: string) => string },
): PlayedMap[] {
  const rowOf = new Map(rounds.map(round => [round.round_id, round]))
  return matches.flatMap(({ maps, stretch }) =>
    maps.flatMap(map => {
      const second = map.rounds.find(round => round.roundNumber === 2)
      const row = rowOf.get(second?.roundId ?? 0)
      if (!map.winner || !row || !map.rounds.every(round => games.has(round.roundId))) return []
      const ids = new Set(map.rounds.map(round => round.roundId))
      const players = new Map<string, PlayedMap>()
      for (const [guid, appearances] of stretch.appearances) {
        const own = appearances.filter(each => ids.has(each.roundId))
        const last = own.at(-1)
        if (!last || guid.startsWith('OMNIBOT')) continue
        const player_guid = mainOf(guid)
        players.set(player_guid, {
          ...{ gaming_session_id: session, round_id: row.round_id, player_guid },
          ...{ map_name: map.map, ended_at: row.ended_at, team: last.team, winner: map.winner },
          rounds: Math.min(2, (players.get(player_guid)?.rounds ?? 0) + own.length),
          date: rowOf.get(last.roundId)?.round_date ?? row.round_date,
        })
      }
      return [...players.values()]
    }),
  )
}

/** How each round was attacked, as the report tells it. Unknown where the line-ups do not tell who attacked. */
export function attackOfRounds(matches: readonly Match[]): Map<number, Attack> {
  const attacks = new Map<number, Attack>()
  for (const { rounds, attacks: byTeam } of matches.flatMap(({ maps }) => maps)) {
    for (const { roundId, axisTeam, defender } of rounds) {
      // Defenders are a side, the same in both rounds; where one header is silent the other tells.
      const side = defender ?? rounds.find(each => each.defender !== null)?.defender ?? null
      if (axisTeam === null || side === null) continue
      const attackers = side === 'allies' ? axisTeam : axisTeam === 'A' ? 'B' : 'A'
      attacks.set(roundId, byTeam[attackers] ?? { kind: 'unknown' })
    }
  }
  return attacks
}
