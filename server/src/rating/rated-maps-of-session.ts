import { opponent, type Stretch, type TeamName } from '../report/assign-teams.ts'
import { buildMatches, type MapResult } from '../report/build-matches.ts'
import { groupBy } from '../report/group-by.ts'
import { gamesOf, isHuman } from '../report/players/human-rounds.ts'
import type { RoundRow, SideRow } from '../report/session-rows.ts'
import type { Rated, RatedMap } from './rated-map.ts'

export interface SessionSides {
  /** The counted rounds of one session, in the order of play. */
  rounds: readonly RatedRound[]
  /** Rounds of other sessions that belong to its maps. */
  partners: readonly RatedRound[]
  /** Of both. */
  sides: readonly SideRow[]
}

export interface RatedRound extends RoundRow {
  filename: string
  server_id: number
}

/**
 * The rated results of a session: its counted maps with the rosters as the report tells them. Both rounds must be games
 * of at least two people a side; bots are in no roster. Pure.
 */
export function ratedMapsOfSession({ rounds, partners, sides }: SessionSides): RatedMap[] {
  const own = new Set(rounds.map(round => round.round_id))
  const humans = sides.filter(({ player_guid }) => isHuman(player_guid))
  const games = gamesOf(humans)
  const roundOf = new Map([...rounds, ...partners].map(round => [round.round_id, round]))
  const ownSides = sides.filter(row => own.has(row.round_id))
  const byRound = groupBy(humans, row => row.round_id)
  return buildMatches(rounds, partners, ownSides).flatMap(({ maps, stretch }) =>
    maps.flatMap(map => {
      const last = roundOf.get(map.rounds.at(-1)?.roundId ?? 0)
      if (map.winner === null || !last || !isGame(map, last, partners, games)) return []
      const rows = map.rounds.flatMap(({ roundId }) => byRound.get(roundId) ?? [])
      const [teamA, teamB] = [rosterOf(rows, stretch, 'A'), rosterOf(rows, stretch, 'B')]
      if (teamA.length === 0 || teamB.length === 0) return []
      const { ended_at: endedAt, filename, server_id: serverId } = last
      return [{ endedAt, filename, serverId, result: [map.winner, teamA, teamB] as const }]
    }),
  )
}

/** The result rests on both rounds, also where a long pause parted them. */
function isGame(
  map: MapResult,
  last: RatedRound,
  partners: readonly RatedRound[],
  games: ReadonlySet<number>,
): boolean {
  const here = map.rounds.map(({ roundId }) => roundId)
  const elsewhere = partners.filter(
    round => round.match_id !== null && round.match_id === last.match_id && !here.includes(round.round_id),
  )
  return [...here, ...elsewhere.map(round => round.round_id)].every(roundId => games.has(roundId))
}

/** Who changed sides in the middle of a map belongs to the team that he ended it with, as in the report. */
function rosterOf(rows: readonly SideRow[], { axisTeam }: Stretch, team: TeamName): Rated[] {
  const played = rows.flatMap(row => {
    const axis = axisTeam.get(row.round_id) ?? null
    if (axis === null || (row.team !== 1 && row.team !== 2)) return []
    return [{ guid: row.player_guid, team: row.team === 1 ? axis : opponent(axis) }]
  })
  return [...groupBy(played, ({ guid }) => guid)]
    .filter(([, own]) => own.at(-1)?.team === team)
    .map(([guid, own]): Rated => [guid, own.length])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
