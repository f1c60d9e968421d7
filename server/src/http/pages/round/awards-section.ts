import type { Duel, Named } from '../../../report/duels.ts'
import { plural } from '../../../report/forms.ts'
import type { RoundReport } from '../../../report/round-report.ts'
import { duelMatrix } from '../duel-matrix.ts'
import { type Content, type Html, html } from '../html.ts'
import { nameOf } from '../player-tag.ts'

/** What the game server's own script said of the round: who was best at what, and who killed whom. */
export function awardsSection({ endstats, sides }: RoundReport): Html | null {
  if (endstats === null) return null
  const { awards, duels, openLines } = endstats
  const players = [...sides.axis.players, ...sides.allies.players, ...sides.spectators]
  const name = nameOf(players)
  const shown = (player: { guid: string | null; name: string }): Content =>
    name({ guid: player.guid ?? '', name: player.name })
  return html`<section aria-labelledby="awards"><h2 id="awards">Awards of the round</h2>
<dl class="facts">${awards.map(
    ({ award, player, figure, scope }) =>
      html`<div><dt>${award}</dt><dd>${shown(player)} ${figure}${scope === 'map' && html` <span class="quiet">whole map</span>`}</dd></div>`,
  )}</dl>
${awards.some(({ scope }) => scope === 'map') && html`<p class="quiet">Whole map: made of counters that go on from round 1, so it is of both rounds together.</p>`}
</section>
${
  duels.length > 0 &&
  html`<section aria-labelledby="duels"><h2 id="duels">Duels</h2>
${duelMatrix(duels, { caption: 'Duels of the round', ...axes(duels, sides.axis.players), nameOf: name })}
</section>`
}
${openLines > 0 && html`<p class="notice">${plural(openLines, 'line')} of duels left out: the file does not tell for certain whose they are.</p>`}`
}

/** Axis against Allies; all against all where the sides do not tell. */
function axes(duels: readonly Duel[], axis: readonly Named[]): { rows: Named[]; columns: Named[] } {
  const isAxis = new Set(axis.map(({ guid }) => guid))
  const fighters = [...new Map(duels.map(({ player }) => [player.guid, player])).values()]
  const rows = fighters.filter(({ guid }) => isAxis.has(guid))
  const columns = fighters.filter(({ guid }) => !isAxis.has(guid))
  const isWhole = duels.every(({ player, opponent }) => isAxis.has(player.guid) !== isAxis.has(opponent.guid))
  return isWhole ? { rows, columns } : { rows: fighters, columns: fighters }
}
