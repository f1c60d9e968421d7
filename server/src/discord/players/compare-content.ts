import { escapeMap, escapeMarkdown } from '../../cards/escape-markdown.ts'
import type { ComparisonRow } from '../../charts/compare-picture.ts'
import { ratingOf } from '../../rating/rating-board.ts'
import { showFigure } from '../../report/figures.ts'
import { plural } from '../../report/forms.ts'
import type { MetricKey } from '../../report/metrics-table.ts'
import { loadMeetings, type Meetings } from '../../report/players/compare.ts'
import { loadOwnFigures, type PlayerFigures } from '../../report/players/load-figures.ts'
import { readSnapshot } from '../../report/read-snapshot.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import { COLOURS, cardEmbeds, listBlock } from './player-card.ts'
import { settleNow } from './player-lookup.ts'

interface Named {
  guid: string
  name: string
}

const PICTURE = 'compare.png'
const SHOWN_MAPS = 8
const METRICS = [
  { key: 'kd', title: 'K/D' },
  { key: 'dpm', title: 'DPM' },
  { key: 'accuracy', title: 'Accuracy' },
  { key: 'headshotPercent', title: 'Headshots' },
  { key: 'killingSpree', title: 'Best spree' },
] as const satisfies readonly { key: MetricKey; title: string }[]

/** Two players side by side, and against each other. */
export async function compareContent(
  { db, publicUrl, pictures }: Pick<BotContext, 'db' | 'publicUrl' | 'pictures'>,
  a: Named,
  b: Named,
): Promise<PostContent> {
  for (const { guid } of [a, b]) await settleNow(db, { kinds: ['player'], about: guid })
  const ratings = [await ratingOf(db, a.guid), await ratingOf(db, b.guid)]
  const { figures, meetings } = await readSnapshot(db, async snapshot => ({
    figures: [
      await loadOwnFigures(snapshot, { kind: 'all' }, a.guid),
      await loadOwnFigures(snapshot, { kind: 'all' }, b.guid),
    ] as const,
    meetings: await loadMeetings(snapshot, a.guid, b.guid),
  }))
  const [nameA, nameB] = [escapeMarkdown(a.name), escapeMarkdown(b.name)]
  const { together, against, duels } = meetings
  const address = `a=${encodeURIComponent(a.guid)}&b=${encodeURIComponent(b.guid)}`
  const card = {
    title: '⚔️ Compared',
    url: publicUrl === null ? null : `${publicUrl}/compare?${address}`,
    color: COLOURS.red,
    footer: 'All rounds that count',
    blocks: [
      ...listBlock(null, [
        `**${nameA}** and **${nameB}**`,
        `In one team: ${plural(together.maps, 'map')}, ${together.won} won, ${together.drawn} tied, ${together.lost} lost`,
        `Against each other: ${plural(against.maps, 'map')}, **${nameA}** won ${against.won}, ${against.drawn} tied, **${nameB}** won ${against.lost}`,
        duels === null
          ? 'No duels are known: the files of awards tell of them.'
          : `Duels: **${nameA}** ${duels.kills} : ${duels.deaths} **${nameB}**`,
      ]),
      ...listBlock('Maps', meetings.byMap.slice(0, SHOWN_MAPS).map(mapLine)),
    ],
  }
  const rating: ComparisonRow = row('Rating', ratings[0]?.rating ?? null, ratings[1]?.rating ?? null, value =>
    value.toFixed(1),
  )
  const rounds: ComparisonRow = {
    ...row('Rounds', figures[0]?.rounds ?? null, figures[1]?.rounds ?? null, String),
    better: null,
  }
  const rows = [rounds, rating, ...METRICS.map(metric => metricRow(metric, figures))]
  const subtitle = `all time · ${plural(together.maps, 'map')} together, ${against.maps} against each other`
  const data = { subtitle, names: [a.name, b.name] as [string, string], rows }
  const png = await pictures.drawOne({ kind: 'comparison', data })
  return {
    embeds: cardEmbeds(card, PICTURE),
    files: [{ name: PICTURE, data: png, contentType: 'image/png' }],
  }
}

function mapLine({ map, together, against, won }: Meetings['byMap'][number]): string {
  return `${escapeMap(map)}: ${together} together, ${against} against (${won} won by the first)`
}

function metricRow(
  { key, title }: (typeof METRICS)[number],
  [a, b]: readonly [PlayerFigures | null, PlayerFigures | null],
): ComparisonRow {
  return row(title, a?.[key] ?? null, b?.[key] ?? null, value => showFigure(key, { [key]: value }))
}

function row(
  title: string,
  a: number | null,
  b: number | null,
  show: (value: number) => string,
): ComparisonRow {
  const side = (value: number | null) => ({ value, label: value === null ? '-' : show(value) })
  const better = a === null || b === null || a === b ? null : a > b ? 'a' : 'b'
  return { title, a: side(a), b: side(b), better }
}
