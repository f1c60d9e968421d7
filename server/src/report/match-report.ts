import { opponent, type TeamName } from './assign-teams.ts'
import type { MapResult, Match } from './build-matches.ts'
import { figuresOfRows, pickFigures } from './figures.ts'
import { groupBy } from './group-by.ts'
import { certainty, lineUps } from './line-ups.ts'
import type { PlayerTotals } from './player-totals.ts'
import type { MapPlayer, MapReport, MatchReport, TeamReport } from './session-report.ts'
import type { PlayerRow } from './session-rows.ts'

/** One match with its teams' figures and its maps' players. `rows`: all of the session; `totals` names the players. */
export function matchReport(
  { stretch, maps, score, winner }: Match,
  number: number,
  rows: readonly PlayerRow[],
  totals: readonly PlayerTotals[],
): MatchReport {
  const names = new Map(totals.map(({ guid, name }) => [guid, name]))
  const mapOf = new Map(maps.flatMap(({ map, rounds }) => rounds.map(round => [round.roundId, map] as const)))
  const own = rows.filter(row => mapOf.has(row.round_id))
  const rowsOf = groupBy(own, row => row.round_id)
  const known = new Map(totals.map((player, place) => [player.guid, { player, place }]))
  const teamOf = (row: PlayerRow) => teamOfRow(row, stretch.axisTeam.get(row.round_id) ?? null)
  const rosters = lineUps(stretch, names, mapOf)
  const team = (name: TeamName) => ({
    ...teamFigures(
      own.filter(row => teamOf(row) === name),
      names,
    ),
    members: rosters[name],
  })
  const without = new Set(own.map(row => row.player_guid).filter(guid => !stretch.appearances.has(guid)))
  return {
    number,
    score,
    winner,
    maps: maps.map(map => mapReport(map, rowsOf, teamOf, known)),
    teams: { A: team('A'), B: team('B') },
    withoutTeam: [...without].map(guid => ({ guid, name: names.get(guid) ?? guid })),
    certainty: certainty(stretch),
  }
}

/** Spectators belong to no team. */
function teamOfRow(row: PlayerRow, axisTeam: TeamName | null): TeamName | null {
  if (axisTeam === null || (row.team !== 1 && row.team !== 2)) return null
  return row.team === 1 ? axisTeam : opponent(axisTeam)
}

const OF_MEMBER = pickFigures(['kills', 'deaths', 'damageGiven', 'dpm'])
const OF_TEAM = pickFigures(['kills', 'deaths', 'kd', 'damageGiven', 'damageReceived'])
const ON_MAP = pickFigures([
  ...(['kills', 'deaths', 'gibs', 'damageGiven', 'damageReceived', 'dpm', 'secondsPlayed'] as const),
])

function teamFigures(
  rows: readonly PlayerRow[],
  names: ReadonlyMap<string, string>,
): Omit<TeamReport, 'members'> {
  const best = [...groupBy(rows, row => row.player_guid)]
    .map(([guid, own]) => {
      const { kills, deaths, damageGiven, dpm } = figuresOfRows(own, OF_MEMBER)
      return { guid, name: names.get(guid) ?? guid, kills, deaths, damageGiven, dpm }
    })
    .sort(
      (a, b) =>
        b.kills - a.kills || (b.damageGiven ?? 0) - (a.damageGiven ?? 0) || (a.guid < b.guid ? -1 : 1),
    )
  const { kills, deaths, kd, damageGiven, damageReceived } = figuresOfRows(rows, OF_TEAM)
  return { kills, deaths, kd, damageGiven, damageReceived, mvp: best[0] ?? null }
}

/** Each map looks at its own rows only: a server that never rests has a thousand maps in a session. */
function mapReport(
  map: MapResult,
  rowsOf: ReadonlyMap<number, readonly PlayerRow[]>,
  teamOf: (row: PlayerRow) => TeamName | null,
  known: ReadonlyMap<string, { player: PlayerTotals; place: number }>,
): MapReport {
  const rows = map.rounds.flatMap(({ roundId }) => rowsOf.get(roundId) ?? [])
  const players = [...groupBy(rows, row => row.player_guid)].flatMap(([guid, own]) => {
    const { player, place } = known.get(guid) ?? {}
    if (player === undefined || place === undefined) return []
    const { name, isBot } = player
    const team = own.map(teamOf).findLast(team => team !== null) ?? null
    return [{ guid, name, isBot, team, rounds: own.length, ...shownOnMap(own), place }]
  })
  return {
    ...map,
    players: players
      .sort((a, b) => b.kills - a.kills || a.deaths - b.deaths || a.place - b.place)
      .map(({ place, ...player }): MapPlayer => player),
  }
}

function shownOnMap(rows: readonly PlayerRow[]) {
  const { kills, deaths, gibs, damageGiven, damageReceived, dpm, secondsPlayed } = figuresOfRows(rows, ON_MAP)
  return { kills, deaths, gibs, damageGiven, damageReceived, dpm, secondsPlayed }
}
