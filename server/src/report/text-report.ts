import { attackText } from './attack-text.ts'
import type { MapResult } from './build-matches.ts'
import { showFigure } from './figures.ts'
import { plural } from './forms.ts'
import { METRIC_ROWS } from './metrics-table.ts'
import type { PlayerTotals } from './player-totals.ts'
import { recordTitle } from './record-title.ts'
import type { MatchReport, SessionReport } from './session-report.ts'
import { textTable } from './text-table.ts'

/** The report for a terminal: score, maps with both attacks, players, awards. Ends without a line end. */
export function textReport(report: SessionReport): string {
  const { session, local, timezone, server, players, rounds, mapCount, notCounted, matches } = report
  const { awards, newRecords } = report
  const end = local.endDate === local.startDate ? local.endTime : `${local.endDate} ${local.endTime}`
  const counts = [plural(players.length, 'player'), plural(rounds.counted, 'round'), plural(mapCount, 'map')]
  return [
    `Session ${session} · ${server} · ${local.startDate} ${local.startTime} to ${end} (${timezone})`,
    counts.join(' · '),
    ...(notCounted.length > 0 ? [`Not counted: ${notCounted.join(', ')}`] : []),
    ...matches.flatMap(match => ['', ...matchLines(match, matches.length > 1)]),
    ...(players.length > 0 ? ['', playerTable(players)] : []),
    ...(awards.length > 0 ? ['', 'Awards', textTable(awards.map(awardRow), ['left', 'left', 'left'])] : []),
    ...(newRecords.length > 0
      ? ['', 'New records', textTable(newRecords.map(recordRow), ['left', 'left', 'left', 'left'])]
      : []),
    '',
    `Data of ${local.changed}`,
  ].join('\n')
}

function matchLines(match: MatchReport, isNumbered: boolean): string[] {
  const { score, winner, maps, teams, certainty } = match
  const result =
    winner === null
      ? 'no map counts'
      : winner === 'tie'
        ? `tie, A ${score.A} - ${score.B} B`
        : `A ${score.A} - ${score.B} B, ${winner} wins`
  const roster = (team: 'A' | 'B') => teams[team].members.map(({ name }) => name).join(', ') || 'nobody'
  return [
    `${isNumbered ? `Match ${match.number}` : 'Score'}: ${result}`,
    `  A: ${roster('A')}`,
    `  B: ${roster('B')}`,
    `  ${certainty.text}`,
    '',
    textTable([['Map', 'A attacks', 'B attacks', 'A - B', ''], ...maps.map(mapRow)], MAP_SIDES),
  ]
}

const MAP_SIDES = ['left', 'right', 'right', 'right', 'left'] as const

function mapRow(result: MapResult): string[] {
  const { map, score, reason } = result
  const points = score ? `${score.A} - ${score.B}` : '–'
  return [
    map,
    attackText(result, 'A'),
    attackText(result, 'B'),
    points,
    reason === null ? '' : `not counted: ${reason}`,
  ]
}

/** The figures of the terminal's table, by the table of metrics. */
const FIGURES = METRIC_ROWS.flatMap(({ key, column }) =>
  column?.terminal === undefined ? [] : [{ key, heading: column.terminal, place: column.place }],
).sort((a, b) => a.place - b.place)

function playerTable(players: readonly PlayerTotals[]): string {
  const headings = ['Player', 'Team', ...FIGURES.map(({ heading }) => heading)]
  const rows = players.map(player => [
    player.isBot ? `${player.name} (bot)` : player.name,
    player.team ?? '-',
    ...FIGURES.map(({ key }) => showFigure(key, player)),
  ])
  return textTable(
    [headings, ...rows],
    headings.map((_, column) => (column < 2 ? 'left' : 'right')),
  )
}

function awardRow({ title, figure, winners }: SessionReport['awards'][number]): string[] {
  return [`  ${title}`, figure, winners.map(({ name }) => name).join(', ')]
}

function recordRow(record: SessionReport['newRecords'][number]): string[] {
  const { figure, before, players } = record
  return [
    `  ${recordTitle(record)}`,
    figure,
    `before: ${before.figure}`,
    players.map(({ name }) => name).join(', '),
  ]
}
