import { attackText } from '../../../report/attack-text.ts'
import type { MapResult } from '../../../report/build-matches.ts'
import { type Html, html } from '../html.ts'

/** The maps in the order of play, each with its points, both attack times, and its rounds. */
export function mapStrip(maps: readonly MapResult[]): Html {
  return html`<ol class="maps">${maps.map(mapCard)}</ol>`
}

function mapCard(result: MapResult): Html {
  const { map, score, winner, reason, rounds } = result
  return html`<li class="map map-${winner?.toLowerCase() ?? 'none'}">
<h3>${map}</h3>
<p class="map-score">${score ? html`<b>${score.A}</b> – <b>${score.B}</b>` : 'not counted'}</p>
<dl>
<div><dt><span class="team team-a">A</span> attack</dt><dd>${attackText(result, 'A')}</dd></div>
<div><dt><span class="team team-b">B</span> attack</dt><dd>${attackText(result, 'B')}</dd></div>
</dl>
${reason !== null && html`<p class="reason">${reason}</p>`}
<p class="map-rounds">${rounds.map(
    ({ roundId, roundNumber }) =>
      html`<a href="/rounds/${roundId}" aria-label="${map}, round ${roundNumber}">Round ${roundNumber}</a> `,
  )}</p>
</li>
`
}
