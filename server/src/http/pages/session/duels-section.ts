import { plural } from '../../../report/forms.ts'
import type { SessionReport } from '../../../report/session-report.ts'
import { duelMatrix } from '../duel-matrix.ts'
import { type Html, html } from '../html.ts'
import type { Names } from './score-board.ts'

/** A cell for each two of them: a thousand people would be a million. */
const MOST_SHOWN = 64

/** Whom nobody stopped: of each player nemesis and favourite victim, and all duels of the session. */
export function duelsSection({ duels, rivals, players }: SessionReport, name: Names): Html | null {
  if (duels.length === 0) return null
  const fought = new Set(duels.map(({ player }) => player.guid))
  const known = players.filter(({ guid }) => fought.has(guid))
  const isKnown = new Set(known.map(({ guid }) => guid))
  const others = rivals.map(({ player }) => player).filter(({ guid }) => !isKnown.has(guid))
  const fighters = [...known, ...others]
  const shown = fighters.slice(0, MOST_SHOWN)
  return html`<section aria-labelledby="duels"><h2 id="duels">Duels</h2>
<dl class="facts">${rivals.map(
    ({ player, nemesis, victim }) =>
      html`<div><dt>${name(player)}</dt><dd>${nemesis && html`nemesis ${name(nemesis)} <span class="quiet">${plural(nemesis.deaths, 'death')}</span>`}${nemesis && victim && html`<br>`}${victim && html`favourite victim ${name(victim)} <span class="quiet">${plural(victim.kills, 'kill')}</span>`}</dd></div>`,
  )}</dl>
${duelMatrix(duels, { caption: 'Duels of the session', rows: shown, columns: shown, nameOf: name })}
${fighters.length > MOST_SHOWN && html`<p class="quiet">Of the ${MOST_SHOWN} with the most kills.</p>`}
</section>`
}
