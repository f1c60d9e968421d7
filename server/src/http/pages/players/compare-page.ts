import { showFigure } from '../../../report/figures.ts'
import { plural } from '../../../report/forms.ts'
import { METRIC_ROWS } from '../../../report/metrics-table.ts'
import type { compareModel } from '../../player-models.ts'
import { html } from '../html.ts'
import type { Page } from '../layout.ts'
import { jsonFoot, plainTable, playerLink } from './parts.ts'

type Shown = NonNullable<Awaited<ReturnType<typeof compareModel>>>

/** As in the table of a session: more deaths are nothing to be marked for. */
const BEST_IS_HIGH: ReadonlySet<string> = new Set(
  METRIC_ROWS.filter(({ column }) => column?.marksBest).map(({ key }) => key),
)

/** Two players side by side. Null: only the form to name them. */
export function comparePage(both: Shown | null): Page {
  return {
    title: both ? `${both.a.name} and ${both.b.name} · Debrief` : 'Compare · Debrief',
    description: 'Two players side by side, and against each other.',
    current: 'compare',
    main: html`<div class="hero"><h1>Compare</h1>${both && html`<p class="result">${playerLink(both.a)} and ${playerLink(both.b)}</p>`}</div>
<form class="panel finder" action="/compare">
<label>GUID of one <input name="a" required pattern="[0-9A-Fa-f]{8}" value="${both?.a.guid ?? ''}"></label>
<label>GUID of the other <input name="b" required pattern="[0-9A-Fa-f]{8}" value="${both?.b.guid ?? ''}"></label>
<button class="button">Compare</button></form>
<p class="quiet">A GUID stands on each <a href="/players">player’s page</a>.</p>
${both && comparison(both)}`,
  }
}

function comparison({ a, b, figures, together, against, duels, byMap }: Shown) {
  return html`<section aria-labelledby="figures"><h2 id="figures">All time</h2>${plainTable(
    'All time',
    ['Figure', a.name, b.name],
    figures.map(({ key, label, a: first, b: second, higher }) => {
      const best = BEST_IS_HIGH.has(key) ? higher : null
      return [
        label,
        html`<span class="${best === 'a' && 'best'}">${showFigure(key, { [key]: first })}</span>`,
        html`<span class="${best === 'b' && 'best'}">${showFigure(key, { [key]: second })}</span>`,
      ]
    }),
  )}</section>
<section aria-labelledby="meetings"><h2 id="meetings">With and against each other</h2>
<p>In one team: ${plural(together.maps, 'map')}, ${together.won} won, ${together.drawn} drawn, ${together.lost} lost.</p>
<p>Against each other: ${plural(against.maps, 'map')}; ${playerLink(a)} won ${against.won}, ${playerLink(b)} won ${against.lost}, ${against.drawn} drawn.</p>
${duels && html`<p>Duels: ${playerLink(a)} killed ${playerLink(b)} ${plural(duels.kills, 'time')}, and was killed ${plural(duels.deaths, 'time')}, in ${plural(duels.rounds, 'round')}.</p>`}
${
  byMap.length > 0 &&
  plainTable(
    'Maps',
    ['Map', 'Together', 'Against', `Won by ${a.name}`],
    byMap.map(map => [map.map, map.together, map.against, map.won]),
  )
}</section>
${jsonFoot(`/compare?a=${a.guid}&b=${b.guid}`)}`
}
