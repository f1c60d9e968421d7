import { opponent, type TeamName } from './assign-teams.ts'
import type { MapResult, Match } from './build-matches.ts'
import { figuresOfRows } from './figures.ts'
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
    maps: maps.map(map => mapReport(map, own, teamOf, totals)),
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

function teamFigures(
  rows: readonly PlayerRow[],
  names: ReadonlyMap<string, string>,
): Omit<TeamReport, 'members'> {
  const best = [...groupBy(rows, row => row.player_guid)]
    .map(([guid, own]) => {
      const { kills, deaths, damageGiven, dpm } = figuresOfRows(own)
      return { guid, name: names.get(guid) ?? guid, kills, deaths, damageGiven, dpm }
    })
    .sort(
      (a, b) =>
        b.kills - a.kills || (b.damageGiven ?? 0) - (a.damageGiven ?? 0) || (a.guid < b.guid ? -1 : 1),
    )
  const { kills, deaths, kd, damageGiven, damageReceived } = figuresOfRows(rows)
  return { kills, deaths, kd, damageGiven, damageReceived, mvp: best[0] ?? null }
}

function mapReport(
  map: MapResult,
  rows: readonly PlayerRow[],
  teamOf: (row: PlayerRow) => TeamName | null,
  totals: readonly PlayerTotals[],
): MapReport {
  const rounds = new Set(map.rounds.map(round => round.roundId))
  const byGuid = groupBy(
    rows.filter(row => rounds.has(row.round_id)),
    row => row.player_guid,
  )
  const players = totals.flatMap(({ guid, name, isBot }): MapPlayer[] => {
    const own = byGuid.get(guid)
    if (!own) return []
    const team = own.map(teamOf).findLast(team => team !== null) ?? null
    const { kills, deaths, gibs, damageGiven, damageReceived, dpm, secondsPlayed } = figuresOfRows(own)
    const figures = { kills, deaths, gibs, damageGiven, damageReceived, dpm, secondsPlayed }
    return [{ guid, name, isBot, team, rounds: own.length, ...figures }]
  })
  return { ...map, players: players.sort((a, b) => b.kills - a.kills || a.deaths - b.deaths) }
}
