import { showFigure } from '../../../report/figures.ts'
import { dpm, percent, ratio } from '../../../report/forms.ts'
import { METRIC_ROWS } from '../../../report/metrics-table.ts'
import type { PlayerModel } from '../../player-models.ts'
import { type Content, type Html, html } from '../html.ts'
import { plainTable } from './parts.ts'
import { linePlot } from './plots.ts'

const SHOWN_PERIODS = [
  ['session', 'Newest session'],
  ['30d', '30 days'],
  ['season', 'Season'],
  ['all', 'All time'],
] as const

/** Every figure that is known of him, by period; of those he played in. */
export function totals({ periods }: PlayerModel): Html {
  const facts = METRIC_ROWS.filter(({ key }) => showFigure(key, periods.all ?? {}) !== '-')
  const own = SHOWN_PERIODS.flatMap(([word, title]) => {
    const figures = periods[word]
    return figures ? { title, figures } : []
  })
  const rows: Content[][] = [
    ['Rounds', ...own.map(({ figures }) => figures.rounds)],
    ['Maps won', ...own.map(({ figures }) => `${figures.mapsWon}/${figures.maps}`)],
    ...facts.map(({ key, label }) => [label, ...own.map(({ figures }) => showFigure(key, figures))]),
  ]
  return html`<section aria-labelledby="totals"><h2 id="totals">Totals</h2>${plainTable(
    'Totals by period',
    ['Figure', ...own.map(({ title }) => title)],
    rows,
  )}</section>`
}

export function usual({ baseline, sessions }: PlayerModel): Html {
  return html`<section aria-labelledby="usual"><h2 id="usual">Against his own usual</h2>
<p class="quiet">His newest session (${sessions[0]?.date}) and the median of up to 20 before it. Marked where it is further off than his sessions usually are.</p>
<dl class="tiles">${baseline.map(
    ({ key, label, latest, usual: before, mark }) =>
      html`<div><dt>${label}</dt><dd>${figure(key, latest)}${mark && html` <span class="mark-${mark}">${mark === 'up' ? '▲ above' : '▼ below'}</span>`} <span class="quiet">usual ${figure(key, before)}</span></dd></div>`,
  )}</dl></section>`
}

function figure(key: PlayerModel['baseline'][number]['key'], value: number | null): string {
  return showFigure(key, { [key]: value })
}

/** Sessions on a line. */
const POINTS = 40

export function lines({ sessions }: PlayerModel): Html {
  const shown = sessions.slice(0, POINTS).toReversed()
  const line = (
    label: string,
    of: (session: (typeof shown)[number]) => number | null,
    show: (value: number | null) => string,
  ) => {
    const values = shown.map(of)
    const known = values.filter(value => value !== null)
    if (known.length < 2) return null
    const text = `${label} by session, ${known.length} sessions: lowest ${show(Math.min(...known))}, highest ${show(Math.max(...known))}, newest ${show(known.at(-1) ?? null)}`
    return html`<figure class="panel">${linePlot(values, text)}<figcaption><b>${label}</b> <span class="quiet">${show(Math.min(...known))} to ${show(Math.max(...known))}, newest ${show(known.at(-1) ?? null)}</span></figcaption></figure>`
  }
  return html`<section aria-labelledby="lines"><h2 id="lines">By session</h2><div class="plots">
${line(
  'DPM',
  session => session.figures.dpm,
  value => dpm(value).replace(' DPM', ''),
)}
${line('K/D', session => session.figures.kd, ratio)}
${line('Accuracy', session => session.figures.accuracy, percent)}</div>
<p class="quiet">The same figures are in the table of sessions.</p></section>`
}
