import { escapeMap, escapeMarkdown } from '../../cards/escape-markdown.ts'
import { loadRecordBook, type RecordEntry } from '../../report/players/record-book.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import { COLOURS, cardEmbeds, listBlock } from './player-card.ts'
import { namesNow } from './player-lookup.ts'

const SCOPES = { round: 'In one round', map: 'On one map', session: 'In one session' } as const

/** The record book of all maps (null), or of one. */
export async function recordsContent(
  { db, publicUrl }: Pick<BotContext, 'db' | 'publicUrl'>,
  map: string | null,
): Promise<PostContent> {
  const { nameOf } = await namesNow(db)
  const book = await loadRecordBook(db)
  const entries = map === null ? book.overall : (book.byMap.get(map) ?? [])
  const page = publicUrl === null ? null : `${publicUrl}/records`
  const card = {
    title: map === null ? '📖 Records' : `📖 Records on ${map}`.slice(0, 250),
    url: page === null || map === null ? page : `${page}?map=${encodeURIComponent(map)}`,
    color: COLOURS.gold,
    footer: 'Rounds that count, between people',
    blocks: (['round', 'map', 'session'] as const).flatMap(scope =>
      listBlock(
        SCOPES[scope],
        entries.filter(entry => entry.scope === scope).map(entry => recordLine(entry, nameOf, map)),
      ),
    ),
  }
  if (card.blocks.length === 0)
    return { content: map === null ? 'No record is set yet.' : `No record is set on ${escapeMap(map)} yet.` }
  return { embeds: cardEmbeds(card) }
}

function recordLine(
  { title, figure, holders }: RecordEntry,
  nameOf: (guid: string) => { name: string },
  map: string | null,
): string {
  const [first, ...others] = holders
  if (!first) return `${title}: **${figure}**`
  const names = first.players.map(guid => `**${escapeMarkdown(nameOf(guid).name)}**`).join(', ')
  const where = map === null && first.map !== '' ? ` on ${escapeMap(first.map)}` : ''
  const more = others.length > 0 ? ` (+ ${others.length} more)` : ''
  return `${title} **${figure}**: ${names}${where}, ${first.endedAt.slice(0, 10)}${more}`
}
