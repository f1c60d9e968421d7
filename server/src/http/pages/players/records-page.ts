import type { NamedRecord } from '../../../report/players/player-models.ts'
import type { recordList } from '../../player-models.ts'
import { type Html, html } from '../html.ts'
import type { Page } from '../layout.ts'
import { choices, day, jsonFoot, plainTable, playerLink } from './parts.ts'

type Shown = NonNullable<Awaited<ReturnType<typeof recordList>>>

const SCOPES = [
  ['round', 'Of a round'],
  ['map', 'Of a map, both rounds'],
  ['session', 'Of an evening'],
] as const

/** The record book, of all maps or of one. */
export function recordsPage({ map, records, maps }: Shown): Page {
  const where = map === null ? 'Records' : `Records on ${map}`
  return {
    title: `${where} · Debrief`,
    description: 'The record book: the most and the best of a round, a map and an evening.',
    current: 'records',
    main: html`<div class="hero"><h1>${where}</h1></div>
${choices('Maps', [
  { href: '/records', text: 'All maps', isHere: map === null },
  ...maps.map(name => ({
    href: `/records?map=${encodeURIComponent(name)}`,
    text: name,
    isHere: name === map,
  })),
])}
${records.length === 0 && html`<div class="panel empty"><p>No record is set yet.</p></div>`}
${SCOPES.map(([scope, title]) => {
  const own = records.filter(record => record.scope === scope)
  return (
    own.length > 0 &&
    html`<section aria-labelledby="${scope}"><h2 id="${scope}">${title}</h2>${table(title, own)}</section>`
  )
})}
${jsonFoot(map === null ? '/records' : `/records?map=${encodeURIComponent(map)}`)}`,
  }
}

function table(title: string, records: readonly NamedRecord[]): Html {
  return plainTable(
    title,
    ['Record', 'Value', 'Held by', 'Map', 'Date'],
    records.flatMap(({ title: name, rule, figure, holders }) =>
      holders.map(({ players, roundId, map, endedAt }) => [
        html`${name} <span class="quiet">${rule}</span>`,
        html`<b>${figure}</b>`,
        html`<span class="people">${players.map((player, index) => html`${index > 0 && ', '}${playerLink(player)}`)}</span>`,
        map === '' ? '–' : map,
        html`<a href="/rounds/${roundId}">${day(endedAt)}</a>`,
      ]),
    ),
  )
}
