import { ButtonStyle, ComponentType } from 'discord.js'
import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import { ratingBoard } from '../../rating/rating-board.ts'
import { MEDALS, plural } from '../../report/forms.ts'
import { BOARD_KEYS, type BoardKey, loadRanking, showBoard } from '../../report/players/boards.ts'
import { type Period, periodLabel, periodWord, resolvePeriod } from '../../report/players/period.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import type { Turner } from '../views/turner.ts'
import { COLOURS, cardEmbeds, listBlock } from './player-card.ts'
import { namesNow } from './player-lookup.ts'

/** The boards that can be asked for; a rating is of all time. */
export const BOARDS_BY = [...BOARD_KEYS, 'rating'] as const
export type BoardBy = BoardKey | 'rating'

const PAGE = 10

export function isBoardBy(word: string): word is BoardBy {
  return (BOARDS_BY as readonly string[]).includes(word)
}

interface ShownBoard {
  title: string
  rule: string
  bar: string | null
  /** Places on it. */
  total: number
  /** Those of one page; `start`: its first place, from 0. */
  entriesFrom: (start: number) => { rank: number; name: string; figure: string; beside: string }[]
}

/** Ten of a board; `page` from 0, the last one where there are not so many. */
export async function boardContent(
  { db, publicUrl }: Pick<BotContext, 'db' | 'publicUrl'>,
  by: BoardBy,
  period: Period,
  page: number,
): Promise<PostContent> {
  const { title, rule, bar, total, entriesFrom } = await loadBoard(db, by, period)
  const pages = Math.max(1, Math.ceil(total / PAGE))
  const at = Math.min(Math.max(0, page), pages - 1)
  const lines = entriesFrom(at * PAGE).map(
    ({ rank, name, figure, beside }) =>
      `${MEDALS[rank - 1] ?? `${rank}.`} **${escapeMarkdown(name)}** ${figure} · ${beside}`,
  )
  const word = by === 'rating' ? 'all' : periodWord(period)
  const label = by === 'rating' ? 'all time' : periodLabel(period)
  const card = {
    title: `🏅 ${title}, ${label}`,
    url: publicUrl === null ? null : `${publicUrl}/leaderboards/${by}?period=${word}`,
    color: COLOURS.gold,
    footer: `${rule}${bar === null ? '' : ` · ${bar}`} · ${plural(total, 'player')} · page ${at + 1} of ${pages}`,
    blocks: listBlock(null, lines.length > 0 ? lines : ['Nobody is on this board yet.']),
  }
  return { embeds: cardEmbeds(card), components: pages > 1 ? pageButtons(by, word, at, pages) : [] }
}

async function loadBoard(db: BotContext['db'], by: BoardBy, period: Period): Promise<ShownBoard> {
  const { nameOf } = await namesNow(db, { kinds: ['player'] })
  if (by !== 'rating') {
    const ranking = await loadRanking(db, by, period)
    return {
      ...{ title: ranking.title, rule: ranking.rule, bar: ranking.bar, total: ranking.ranked.length },
      entriesFrom: start =>
        showBoard(ranking, nameOf, { start, count: PAGE }).entries.map(entry => ({
          ...entry,
          beside: plural(entry.rounds, 'round'),
        })),
    }
  }
  const rated = await ratingBoard(db)
  return {
    ...{ title: 'Rating', rule: 'mu - 3 sigma, by the results of maps', bar: 'at least 5 maps' },
    total: rated.length,
    entriesFrom: start =>
      rated.slice(start, start + PAGE).map(({ guid, rating, maps }, index) => ({
        ...{ rank: start + index + 1, name: nameOf(guid).name, figure: rating.toFixed(1) },
        beside: plural(maps, 'map'),
      })),
  }
}

function pageButtons(
  by: BoardBy,
  word: string,
  at: number,
  pages: number,
): NonNullable<PostContent['components']> {
  const button = (label: string, deed: string, page: number, isOff: boolean) => ({
    type: ComponentType.Button as const,
    style: ButtonStyle.Secondary as const,
    label,
    // The word before the page keeps ids apart that lead to the same one.
    custom_id: `${PREFIX}${by}:${word}:${deed}:${page}`,
    disabled: isOff,
  })
  return [
    {
      type: ComponentType.ActionRow,
      components: [
        button('First', 'first', 0, at === 0),
        button('Back', 'back', at - 1, at === 0),
        button('Next', 'next', at + 1, at >= pages - 1),
        button('Last', 'last', pages - 1, at >= pages - 1),
      ],
    },
  ]
}

const PREFIX = 'debrief:board:'

export const boardButtons: Turner = {
  prefix: PREFIX,
  async turn(context, rest) {
    const [by = '', word = '', , page = ''] = rest.split(':')
    if (!isBoardBy(by) || !/^\d{1,6}$/.test(page)) return null
    const period = await resolvePeriod(context.db, word)
    return period && boardContent(context, by, period, Number(page))
  },
}
