import { clock, plural, ratio } from '../../../report/forms.ts'
import type { MapSummary } from '../../../report/players/map-report.ts'
import type { mapModel } from '../../player-models.ts'
import { type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { day, jsonFoot, plainTable, playerLink } from './parts.ts'
import { stripPlot } from './plots.ts'

/** All maps, the most played first. */
export function mapsPage(maps: readonly MapSummary[]): Page {
  return {
    title: 'Maps · Debrief',
    description: 'Attack times and who wins, map by map.',
    current: 'maps',
    main: html`<div class="hero"><h1>Maps</h1></div>
${
  maps.length === 0
    ? html`<div class="panel empty"><p>No map has been played yet.</p></div>`
    : plainTable(
        'Maps',
        ['Map', 'Played', 'Best attack', 'Median', 'Came through', 'Held', 'Given up', 'Last'],
        maps.map(map => [
          html`<a href="/maps/${encodeURIComponent(map.map)}">${map.map}</a>`,
          ...[map.times, clock(map.bestSeconds), clock(map.medianSeconds), share(map.completed, map)],
          ...[share(map.held, map), share(map.surrendered, map), day(map.lastPlayed)],
        ]),
      )
}
${jsonFoot('/maps')}`,
  }
}

function share(part: number, { attacks }: MapSummary): string {
  return attacks === 0 ? '-' : `${Math.round((100 * part) / attacks)}%`
}

export function mapPage(map: NonNullable<Awaited<ReturnType<typeof mapModel>>>): Page {
  const address = encodeURIComponent(map.map)
  return {
    title: `${map.map} · Debrief`,
    description: `${plural(map.times, 'time')} played, best attack ${clock(map.bestSeconds)}.`,
    current: 'maps',
    main: html`<div class="hero"><p class="kicker"><a href="/maps">Maps</a></p><h1>${map.map}</h1>
<dl class="tiles">${(
      [
        [map.times, 'times played'],
        [clock(map.bestSeconds), 'best attack'],
        [clock(map.medianSeconds), 'median attack'],
        [`${map.completed} of ${map.attacks}`, 'attacks came through'],
        [map.held, 'held'],
        [map.surrendered, 'given up'],
        [`${map.axisWins} – ${map.alliesWins}`, 'rounds won, Axis – Allies'],
      ] as const
    ).map(([figure, label]) => html`<div><dt>${label}</dt><dd>${figure}</dd></div>`)}</dl></div>
${map.attackTimes.length > 0 && times(map)}
${
  map.players.length > 0 &&
  html`<section aria-labelledby="best"><h2 id="best">Best players</h2>
<p class="quiet">By K/D; of ten rounds or more, where anybody has played so many.</p>
${plainTable(
  `Best players on ${map.map}`,
  ['Player', 'Rounds', 'Maps won', 'K', 'D', 'K/D', 'DPM'],
  map.players.map(player => [
    ...[playerLink(player), player.rounds, `${player.mapsWon}/${player.maps}`, player.kills, player.deaths],
    ...[ratio(player.kd), player.dpm === null ? '-' : Math.round(player.dpm)],
  ]),
)}</section>`
}
<p><a href="/records?map=${address}">Records on ${map.map}</a></p>
${jsonFoot(`/maps/${address}`)}`,
  }
}

function times({
  attackTimes,
  bestSeconds,
  medianSeconds,
}: NonNullable<Awaited<ReturnType<typeof mapModel>>>): Html {
  const seconds = attackTimes.map(each => each.seconds)
  const text = `${plural(seconds.length, 'attack time')}: from ${clock(Math.min(...seconds))} to ${clock(Math.max(...seconds))}; best ${clock(bestSeconds)}, median ${clock(medianSeconds)}`
  return html`<section aria-labelledby="times"><h2 id="times">Attack times</h2>
<figure class="panel">${stripPlot(seconds, text)}<figcaption class="quiet">${text}</figcaption></figure>
<details class="fold"><summary>The newest of them</summary><ul class="chips">${attackTimes
    .slice(0, 50)
    .map(
      ({ seconds: each, roundId, endedAt }) =>
        html`<li class="chip"><a href="/rounds/${roundId}">${clock(each)}</a> ${day(endedAt)}</li> `,
    )}</ul></details></section>`
}
