import { awards } from './awards.ts'
import { buildMatches } from './build-matches.ts'
import { isCounted, isUncounted } from './counted.ts'
import { namedDuels, rivalsOf } from './duels.ts'
import { figuresOfRows, pickFigures } from './figures.ts'
import { plural } from './forms.ts'
import { localTime } from './local-time.ts'
import { matchReport } from './match-report.ts'
import { totalsOfRows } from './player-totals.ts'
import type { NewRecord } from './players/new-records.ts'
import { roundStart } from './round-start.ts'
import type { NotCountedRound, SessionReport, Totals } from './session-report.ts'
import type { PlayerRow, RoundRow, SessionRows } from './session-rows.ts'
import { shownText } from './shown-name.ts'
import { teamsOfPlayers } from './teams-of-players.ts'

/** What a report tells beyond its rounds' own figures. */
export interface BesideRows {
  newRecords: readonly NewRecord[]
  roundAwards: readonly { player_guid: string; won: number }[]
}

/** Rows in, report out: pure. */
export function buildSessionReport(
  { session, rounds, partners, players, leftOut, weapons, duels: duelRows }: SessionRows,
  { newRecords, roundAwards }: BesideRows,
): SessionReport {
  const counted = rounds.filter(isCounted)
  const matches = buildMatches(rounds, partners, players)
  const totals = totalsOfRows(players, weapons, teamsOfPlayers(matches))
  const names = new Map(totals.map(({ guid, name }) => [guid, name]))
  const named = (guid: string) => ({ guid, name: names.get(guid) ?? guid })
  const duels = namedDuels(duelRows, guid => names.get(guid) ?? null)
  const [first, last] = [counted[0] ?? rounds[0], counted.at(-1) ?? rounds.at(-1)]
  const startedAt = first && leftOut.rounds === 0 ? roundStart(first) : session.started_at
  const endedAt = last?.ended_at ?? session.ended_at
  const changedAt = new Date(
    Math.max(...[session, ...rounds, ...partners].map(({ changed_at }) => changed_at.getTime())),
  )
  return {
    session: session.gaming_session_id,
    server: shownText(session.server),
    timezone: session.timezone,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    changedAt: changedAt.toISOString(),
    local: localTimes(session.timezone, startedAt, endedAt, changedAt),
    rounds: {
      counted: counted.length,
      aborted: countOf(rounds, 'aborted'),
      waiting: countOf(rounds, 'awaiting_round_1'),
    },
    notCounted: notCounted(rounds, players, leftOut),
    notCountedRounds: rounds.flatMap(notCountedRound),
    mapCount: matches.reduce((count, match) => count + match.maps.length, 0),
    rule: 'box-1',
    matches: matches.map((match, index) => matchReport(match, index + 1, players, totals)),
    players: totals,
    totals: totalsOfAll(players, counted),
    awards: awards(totals),
    roundAwards: roundAwards.map(({ player_guid, won }) => ({ player: named(player_guid), won })),
    newRecords: newRecords.map(record => ({ ...record, players: record.players.map(named) })),
    duels,
    rivals: rivalsOf(duels),
  }
}

function localTimes(
  timeZone: string,
  startedAt: Date,
  endedAt: Date,
  changedAt: Date,
): SessionReport['local'] {
  const minute = (moment: Date) => {
    const { date, time } = localTime(moment, timeZone)
    return { date, time: time.slice(0, 5) }
  }
  const [start, end, changed] = [minute(startedAt), minute(endedAt), minute(changedAt)]
  return {
    startDate: start.date,
    startTime: start.time,
    endDate: end.date,
    endTime: end.time,
    changed: `${changed.date} ${changed.time}`,
  }
}

function countOf(rounds: readonly RoundRow[], status: RoundRow['status']): number {
  return rounds.filter(round => round.status === status).length
}

function notCountedRound(round: RoundRow): NotCountedRound[] {
  const { round_id: roundId, map_name: map, round_number: roundNumber, status } = round
  return isUncounted(status) ? [{ roundId, map, roundNumber, status }] : []
}

/** What a reader would miss: named, so that nobody takes the rest for everything. */
function notCounted(
  rounds: readonly RoundRow[],
  players: readonly PlayerRow[],
  leftOut: SessionRows['leftOut'],
): string[] {
  const aborted = countOf(rounds, 'aborted')
  const waiting = countOf(rounds, 'awaiting_round_1')
  // One figure of each kind that some script does not write.
  const partly = players.filter(
    row => row.time_played_seconds === null || row.denied_playtime === null || row.constructions === null,
  )
  const older = new Set(partly.map(row => row.round_id)).size
  return [
    ...(aborted > 0 ? [`${plural(aborted, 'aborted round')}`] : []),
    ...(waiting > 0
      ? [`${plural(waiting, 'round')} waiting for ${waiting === 1 ? 'its' : 'their'} round 1`]
      : []),
    ...(leftOut.rounds > 0
      ? [`${plural(leftOut.rounds, 'earlier round')}: a report tells of the newest`]
      : []),
    ...(leftOut.people > 0
      ? [`${plural(leftOut.people, 'player')} beyond the thousand that a report has`]
      : []),
    ...(older > 0 ? [`figures that the script of ${plural(older, 'round')} did not write`] : []),
  ]
}

const OF_ALL = pickFigures(['kills', 'deaths', 'damageGiven', 'dpm'])

function totalsOfAll(players: readonly PlayerRow[], counted: readonly RoundRow[]): Totals {
  const measured = counted.map(round => round.duration_seconds).filter(seconds => seconds !== null)
  const { kills, deaths, damageGiven, dpm } = figuresOfRows(players, OF_ALL)
  return {
    kills,
    deaths,
    damageGiven,
    dpm,
    secondsOfPlay: measured.length === 0 ? null : measured.reduce((total, seconds) => total + seconds, 0),
  }
}
