import type { Award } from '../../../report/awards.ts'
import { type Html, html } from '../html.ts'
import type { Names } from './score-board.ts'

/** Who earned what, and by which rule. */
export function awardsGrid(awards: readonly Award[], name: Names): Html {
  return html`<ul class="awards">${awards.map(
    ({ emoji, title, rule, figure, winners }) => html`<li class="award">
<span class="award-mark" aria-hidden="true">${emoji}</span>
<div>
<h3>${title}</h3>
<p class="award-winners">${winners.map((winner, index) => html`${index > 0 && ', '}${name(winner)}`)}</p>
<p class="award-figure">${figure}</p>
<p class="award-rule">${rule}</p>
</div>
</li>
`,
  )}</ul>`
}
