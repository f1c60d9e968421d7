import type { Warning } from '@debrief/shared'
import type { RoundReport } from '../../../report/round-report.ts'
import { type Html, html } from '../html.ts'

/** The seven checks, each with its state, and what else was odd about the file. */
export function checksSection({ checks, notices, status }: RoundReport): Html {
  const isWaiting = status === 'awaiting_round_1'
  return html`<section aria-labelledby="checks"><h2 id="checks">The seven checks</h2>
${isWaiting && html`<p class="quiet">They compare the round’s own figures, and are made when those are known.</p>`}
<ol class="panel checks">${checks.map(({ check, title, warnings }) => {
    const state = warnings.length > 0 ? 'warned' : isWaiting ? 'open' : 'passed'
    return html`<li class="check check-${state}"><span class="check-mark" aria-hidden="true">${MARKS[state]}</span>
<div><p><b>${check}.</b> ${title} <span class="check-state">${state === 'open' ? 'not made yet' : state}</span></p>
${warnings.length > 0 && warningList(warnings)}</div></li>
`
  })}</ol>
${notices.length > 0 && html`<h3>Also noticed</h3>${warningList(notices)}`}
</section>`
}

const MARKS = { passed: '✓', warned: '!', open: '…' }

function warningList(warnings: readonly Warning[]): Html {
  return html`<ul class="warnings">${warnings.map(
    ({ code, message, expected, actual }) =>
      html`<li>${message} <span class="quiet"><code>${code}</code>${expected !== null && actual !== null && html`: expected ${expected}, found ${actual}`}</span></li>`,
  )}</ul>`
}
