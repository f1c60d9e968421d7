import { opponent, type TeamName } from './assign-teams.ts'
import type { MapResult, Match } from './build-matches.ts'
import { groupBy } from './group-by.ts'
import { certainty, lineUps } from './line-ups.ts'
import { type PlayerTotals, sum, sumRatio, times } from './player-totals.ts'
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
  const [kills, deaths] = [sum(rows, 'kills') ?? 0, sum(rows, 'deaths') ?? 0]
  const best = [...groupBy(rows, row => row.player_guid)]
    .map(([guid, own]) => ({
      guid,
      name: names.get(guid) ?? guid,
      kills: sum(own, 'kills') ?? 0,
      deaths: sum(own, 'deaths') ?? 0,
      damageGiven: sum(own, 'damage_given'),
      dpm: times(sumRatio(own, 'damage_given', 'time_played_seconds'), 60),
    }))
    .sort(
      (a, b) =>
        b.kills - a.kills || (b.damageGiven ?? 0) - (a.damageGiven ?? 0) || (a.guid < b.guid ? -1 : 1),
    )
  return {
    kills,
    deaths,
    kd: deaths === 0 ? kills : kills / deaths,
    damageGiven: sum(rows, 'damage_given'),
    damageReceived: sum(rows, 'damage_received'),
    mvp: best[0] ?? null,
  }
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
    return [
      {
        guid,
        name,
        isBot,
        team: own.map(teamOf).findLast(team => team !== null) ?? null,
        rounds: own.length,
        kills: sum(own, 'kills') ?? 0,
        deaths: sum(own, 'deaths') ?? 0,
        gibs: sum(own, 'gibs'),
        damageGiven: sum(own, 'damage_given'),
        damageReceived: sum(own, 'damage_received'),
        dpm: times(sumRatio(own, 'damage_given', 'time_played_seconds'), 60),
        secondsPlayed: sum(own, 'time_played_seconds'),
      },
    ]
  })
  return { ...map, players: players.sort((a, b) => b.kills - a.kills || a.deaths - b.deaths) }
}
