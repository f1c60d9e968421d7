import { showFigure } from '../../../report/figures.ts'
import { plural } from '../../../report/forms.ts'
import { METRIC_ROWS } from '../../../report/metrics-table.ts'
import type { comparisonOf } from '../../comparison-model.ts'
import { colouredName } from '../coloured-name.ts'
import { type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { jsonFoot, plainTable, playerLink } from './parts.ts'

type Asked = Awaited<ReturnType<typeof comparisonOf>>
type Side = Asked['a']
type Shown = NonNullable<Asked['both']>

/** As in the table of a session: more deaths are nothing to be marked for. */
const BEST_IS_HIGH: ReadonlySet<string> = new Set(
  METRIC_ROWS.filter(({ column }) => column?.marksBest).map(({ key }) => key),
)

/** Two players side by side, by their names; where a name is no one player, those whom it may mean. */
export function comparePage({ a, b, both, suggested }: Asked): Page {
  return {
    title: both ? `${both.a.name} and ${both.b.name} · Debrief` : 'Compare · Debrief',
    description: 'Two players side by side, and against each other.',
    current: 'compare',
    main: html`<div class="hero"><h1>Compare</h1>${both && html`<p class="result">${playerLink(both.a)} and ${playerLink(both.b)}</p>`}</div>
<form class="panel finder" action="/compare">
<label>One player ${nameField('a', a)}</label>
<label>The other ${nameField('b', b)}</label>
<button class="button">Compare</button>
<datalist id="names">${[...new Set(suggested.map(({ name }) => name))].map(name => html`<option value="${name}"></option>`)}</datalist>
</form>
${question(a, guid => ({ a: guid, b: keptWord(b) }))}
${question(b, guid => ({ a: keptWord(a), b: guid }))}
${a.kind === 'found' && b.kind === 'found' && !both && html`<p class="notice" role="status">${a.guid === b.guid ? 'Both are the same player.' : 'One of them has played no round that counts.'}</p>`}
${a.kind === 'open' && b.kind === 'open' && html`<p class="quiet">A name that was ever used, or a part of it.</p>`}
${both && comparison(both)}`,
  }
}

function nameField(name: string, { text }: Side): Html {
  return html`<input name="${name}" type="search" required maxlength="100" list="names" autocomplete="off" value="${text}">`
}

/** A link to the answer for each whom a name may mean: so it is chosen without a script too. */
function question(side: Side, chosen: (guid: string) => Record<string, string>): Html | false {
  if (side.kind === 'open' || side.kind === 'found') return false
  const { text, players, isMore } = side
  const said =
    side.kind === 'several'
      ? `Several are called like “${text}”:`
      : `Nobody is called “${text}”, now or ever.`
  const links = players.map(
    ({ guid, name, colouredName: coloured }) =>
      html`<li class="chip"><a href="/compare?${new URLSearchParams(chosen(guid)).toString()}">${colouredName(coloured, name)}</a></li> `,
  )
  return html`<div class="notice" role="status"><p>${said}${side.kind === 'none' && players.length > 0 && ' Perhaps:'}</p>
${players.length > 0 && html`<ul class="chips">${links}</ul>`}
${isMore && html`<p class="quiet">Too many to name: type more of it.</p>`}</div>`
}

function keptWord(side: Side): string {
  return side.kind === 'found' ? side.guid : side.text
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
