import { plural } from '../../../report/forms.ts'
import { ATTACK } from '../../../report/players/record-rules.ts'
import { recordTitle } from '../../../report/record-title.ts'
import type { SessionRecord, SessionReport } from '../../../report/session-report.ts'
import { type Html, html } from '../html.ts'
import type { Names } from './score-board.ts'

/** The records of all time that the session set, each with what stood before. */
export function recordsSection({ newRecords }: SessionReport, name: Names): Html | null {
  if (newRecords.length === 0) return null
  const [first, rest] = [newRecords.filter(isShownFirst), newRecords.filter(each => !isShownFirst(each))]
  return html`<section aria-labelledby="records"><h2 id="records">New records</h2>
${first.length > 0 && list(first, name)}
${rest.length > 0 && html`<details class="fold" data-key="records"><summary>${plural(rest.length, 'record')} on single maps</summary>${list(rest, name)}</details>`}
<p class="quiet">Of all time until then; what stands today is in the <a href="/records">record book</a>.</p></section>`
}

/** Those of all maps, and attacks, which are of one map anyhow. */
function isShownFirst({ map, category }: SessionRecord): boolean {
  return map === null || category === ATTACK
}

function list(records: readonly SessionRecord[], name: Names): Html {
  return html`<ul class="plain">${records.map(
    record => html`<li><b>${recordTitle(record)}</b>: ${record.players.map(
      (player, index) => html`${index > 0 && ', '}${name(player)}`,
    )} <a href="/rounds/${record.roundId}">${record.figure}</a> <span class="quiet">${record.rule}; before: ${record.before.figure}</span></li>
`,
  )}</ul>`
}
