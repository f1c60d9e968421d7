import { attackText } from '../../../report/attack-text.ts'
import { clock, count, killsPerDeath } from '../../../report/forms.ts'
import type { Figures } from '../../../report/metrics-table.ts'
import type { MapPlayer, MapReport } from '../../../report/session-report.ts'
import { type Html, html } from '../html.ts'
import { columnsOf } from '../player-columns.ts'
import { teamMark } from '../player-tag.ts'
import { type StatColumn, statTable } from '../stat-table.ts'
import type { Names } from './score-board.ts'

/** One map's players, both rounds together; folded until somebody wants to know. */
export function mapDetails(result: MapReport, name: Names): Html {
  const { map, score, players, rounds, reason } = result
  return html`<details class="fold" data-key="${rounds[0]?.roundId}"><summary><span class="fold-title">${map}</span> <span class="quiet">${score ? `${score.A} – ${score.B}` : 'not counted'} · A ${attackText(result, 'A')} / B ${attackText(result, 'B')}</span></summary>
${reason !== null && html`<p>Not counted: ${reason}.</p>`}
<p>${rounds.map(
    ({ roundId, roundNumber, durationSeconds, outcome }) =>
      html`<a href="/rounds/${roundId}" aria-label="${map}, round ${roundNumber}">Round ${roundNumber}</a> <span class="quiet">${outcome === 'surrendered' && '🏳️ '}${durationSeconds !== null && clock(durationSeconds)}</span> `,
  )}</p>
${statTable({
  caption: `Players on ${map}`,
  heading: 'Player',
  nameOf: player => html`${player.team && teamMark(player.team)}${name(player)}`,
  sortNameOf: player => player.name,
  columns: COLUMNS,
  rows: players.map(player => ({ ...player, kd: killsPerDeath(player) })),
})}
</details>
`
}

type MapRow = MapPlayer & Pick<Figures, 'kd'>

const ROUNDS: StatColumn<MapRow> = {
  label: 'Rounds',
  meaning: 'Rounds',
  value: p => p.rounds,
  show: p => count(p.rounds),
}
const COLUMNS: readonly StatColumn<MapRow>[] = [
  ROUNDS,
  ...columnsOf(['kills', 'deaths', 'kd', 'gibs', 'dpm', 'damageGiven', 'damageReceived', 'secondsPlayed']),
]
