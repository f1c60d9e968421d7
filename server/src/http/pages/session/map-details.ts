import { clock, count, hitPoints, ratio } from '../../../report/forms.ts'
import type { MapPlayer, MapReport } from '../../../report/session-report.ts'
import { attackText } from '../attack-text.ts'
import { type Html, html } from '../html.ts'
import { teamMark } from '../player-tag.ts'
import { type StatColumn, statTable } from '../stat-table.ts'
import type { Names } from './score-board.ts'

/** One map's players, both rounds together; folded until somebody wants to know. */
export function mapDetails(result: MapReport, name: Names): Html {
  const { map, score, players, rounds, reason } = result
  return html`<details class="fold"><summary><span class="fold-title">${map}</span> <span class="quiet">${score ? `${score.A} – ${score.B}` : 'not counted'} · A ${attackText(result, 'A')} / B ${attackText(result, 'B')}</span></summary>
${reason !== null && html`<p>Not counted: ${reason}.</p>`}
<p>${rounds.map(
    ({ roundId, roundNumber, durationSeconds }) =>
      html`<a href="/rounds/${roundId}" aria-label="${map}, round ${roundNumber}">Round ${roundNumber}</a> <span class="quiet">${durationSeconds !== null && clock(durationSeconds)}</span> `,
  )}</p>
${statTable({
  caption: `Players on ${map}`,
  heading: 'Player',
  nameOf: player => html`${player.team && teamMark(player.team)}${name(player)}`,
  sortNameOf: player => player.name,
  columns: COLUMNS,
  rows: players,
})}
</details>
`
}

const COLUMNS: readonly StatColumn<MapPlayer>[] = [
  { label: 'Rounds', meaning: 'Rounds', value: p => p.rounds, show: p => count(p.rounds) },
  { label: 'K', meaning: 'Kills', value: p => p.kills, show: p => count(p.kills), marksBest: true },
  { label: 'D', meaning: 'Deaths', value: p => p.deaths, show: p => count(p.deaths) },
  {
    label: 'K/D',
    meaning: 'Kills per death',
    value: p => (p.deaths === 0 ? p.kills : p.kills / p.deaths),
    show: p => ratio(p.deaths === 0 ? p.kills : p.kills / p.deaths),
    marksBest: true,
  },
  { label: 'Gibs', meaning: 'Gibs', value: p => p.gibs, show: p => count(p.gibs), marksBest: true },
  {
    label: 'DPM',
    meaning: 'Damage per minute',
    value: p => p.dpm,
    show: p => (p.dpm === null ? '-' : String(Math.round(p.dpm))),
    marksBest: true,
  },
  {
    label: 'Given',
    meaning: 'Damage given',
    value: p => p.damageGiven,
    show: p => hitPoints(p.damageGiven),
    marksBest: true,
  },
  {
    label: 'Rcvd',
    meaning: 'Damage received',
    value: p => p.damageReceived,
    show: p => hitPoints(p.damageReceived),
  },
  { label: 'Played', meaning: 'Time played', value: p => p.secondsPlayed, show: p => clock(p.secondsPlayed) },
]
