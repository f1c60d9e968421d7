import type { Duel, Named } from '../../report/duels.ts'
import { type Content, type Html, html } from './html.ts'

interface Options {
  caption: string
  /** Whose kills stand in each row. */
  rows: readonly Named[]
  /** Of whom. */
  columns: readonly Named[]
  nameOf: (player: Named) => Content
}

/** Who killed whom how often: kills of the row's player, then those of the column's. In a box that scrolls by itself. */
export function duelMatrix(duels: readonly Duel[], { caption, rows, columns, nameOf }: Options): Html {
  const known = new Map(duels.map(duel => [`${duel.player.guid} ${duel.opponent.guid}`, duel]))
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="stats duels">
<caption class="unseen">${caption}: kills of the player in the row, and of the player in the column</caption>
<thead><tr><th scope="col">Kills</th>${columns.map(player => html`<th scope="col"><span class="duel-name">${nameOf(player)}</span></th>`)}</tr></thead>
<tbody>
${rows.map(
  row => html`<tr><th scope="row">${nameOf(row)}</th>${columns.map(column => {
    const duel = known.get(`${row.guid} ${column.guid}`)
    if (!duel) return html`<td class="quiet">·</td>`
    const { kills, deaths } = duel
    return html`<td${kills > deaths && WON}>${kills}<span class="quiet">:${deaths}</span></td>`
  })}</tr>
`,
)}</tbody>
</table></div>`
}

const WON = html` class="best"`
