import { recordTitle } from '../../../report/record-title.ts'
import type { SessionReport } from '../../../report/session-report.ts'
import { type Html, html } from '../html.ts'
import type { Names } from './score-board.ts'

/** The records of all time that the session set, each with what stood before. */
export function recordsSection({ newRecords }: SessionReport, name: Names): Html | null {
  if (newRecords.length === 0) return null
  return html`<section aria-labelledby="records"><h2 id="records">New records</h2>
<ul class="plain">${newRecords.map(
    record => html`<li><b>${recordTitle(record)}</b>: ${record.players.map(
      (player, index) => html`${index > 0 && ', '}${name(player)}`,
    )} <a href="/rounds/${record.roundId}">${record.figure}</a> <span class="quiet">${record.rule}; before: ${record.before.figure}</span></li>
`,
  )}</ul>
<p class="quiet">Of all time until then; what stands today is in the <a href="/records">record book</a>.</p></section>`
}
