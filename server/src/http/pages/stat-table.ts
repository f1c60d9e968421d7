import { type Content, type Html, html } from './html.ts'

/** One column of figures. */
export interface StatColumn<Row> {
  /** As short as a column is. */
  label: string
  /** What it means, in words. */
  meaning: string
  /** What it is sorted by; null is unknown, and comes last. */
  value: (row: Row) => number | null
  /** How it is shown. */
  show: (row: Row) => string
  /** The highest of all is marked. */
  marksBest?: true
}

interface StatTable<Row> {
  caption: string
  /** What the first column holds: the name of each row. */
  heading: string
  nameOf: (row: Row) => Content
  /** The name as it is sorted by. */
  sortNameOf: (row: Row) => string
  columns: readonly StatColumn<Row>[]
  rows: readonly Row[]
}

/** A table in a box that scrolls by itself. It is whole without scripts; `sort-table.js` makes its headings buttons. */
export function statTable<Row>({
  caption,
  heading,
  nameOf,
  sortNameOf,
  columns,
  rows,
}: StatTable<Row>): Html {
  const best = columns.map(column =>
    column.marksBest && rows.length > 1 ? highest(rows.map(column.value)) : null,
  )
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="stats" data-sortable>
<caption class="unseen">${caption}</caption>
<thead><tr><th scope="col">${heading}</th>${columns.map(
    ({ label, meaning }) =>
      html`<th scope="col">${label === meaning ? label : html`<abbr title="${meaning}">${label}</abbr>`}</th>`,
  )}</tr></thead>
<tbody>
${rows.map(
  row => html`<tr><th scope="row" data-v="${sortNameOf(row)}">${nameOf(row)}</th>${columns.map(
    (column, index) => {
      const value = column.value(row)
      const shown = column.show(row)
      const isBest = value !== null && value === best[index]
      // What is sorted by, where it is not what stands there.
      const key = value !== null && shown !== String(value) && html` data-v="${value}"`
      return html`<td${key}${isBest && BEST}>${shown}</td>`
    },
  )}</tr>
`,
)}</tbody>
</table></div>`
}

/** What the short headings of a table stand for, in words. */
export function columnLegend<Row>(columns: readonly StatColumn<Row>[]): Html {
  const short = columns.filter(({ label, meaning }) => label !== meaning)
  return html`<details class="fold"><summary>What the columns mean</summary>
<dl class="facts">${short.map(({ label, meaning }) => html`<div><dt>${label}</dt><dd>${meaning}</dd></div>`)}</dl>
<p class="quiet">The highest figures are marked; - is unknown.</p></details>`
}

const BEST = html` class="best"`

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  const most = Math.max(...known)
  return most > 0 ? most : null
}
