import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { mainGuid } from '../players/main-guid.ts'
import { ratingBoard } from '../rating/rating-board.ts'
import { baseline } from '../report/players/baseline.ts'
import { BOARD_KEYS, type Board, showBoard } from '../report/players/boards.ts'
import type { PlayerFigures } from '../report/players/load-figures.ts'
import { PERIOD_WORDS, periodWord } from '../report/players/period.ts'
import {
  listPlayer,
  namedRecords,
  orderPlayers,
  type PlayerSort,
  recordsOf,
  titledAwards,
} from '../report/players/player-models.ts'
import type { PlayerReads } from './player-reads.ts'
import { RequestFault } from './request-fault.ts'

/** What pages and JSON of players show: one model for both. */

export const ALL_BOARDS = [...BOARD_KEYS, 'rating'] as const
const PAGE = 50

export interface ListQuery {
  search: string
  period: string
  sort: PlayerSort
  cursor: string | null
}

export async function playerList(reads: PlayerReads, { search, period, sort, cursor }: ListQuery) {
  const listed = await reads.listed(period)
  const book = await reads.names()
  const all = orderPlayers(listed?.players ?? [], book, { search, sort })
  const start = cursor === null ? 0 : all.findIndex(({ guid }) => guid === cursor) + 1
  if (cursor !== null && start === 0)
    throw new RequestFault('malformed_request', 'This page of the list is gone; begin it anew.')
  const players = all.slice(start, start + PAGE).map(player => listPlayer(player, book))
  const last = players.at(-1)
  return {
    period: listed ? periodWord(listed.period) : period,
    total: all.length,
    players,
    next: start + PAGE < all.length && last ? last.guid : null,
  }
}

/** `most`: entries; without, all of them. */
export async function leaderboard(
  db: Kysely<DB>,
  reads: PlayerReads,
  { by, period: word, most }: { by: (typeof ALL_BOARDS)[number]; period: string; most?: number },
): Promise<Omit<Board, 'by'> & { by: string; period: string }> {
  const book = await reads.names()
  const limit = most === undefined ? {} : { count: most }
  if (by === 'rating') return { ...(await ratings(db, book, limit)), by, period: 'all' }
  const { period, ranking } = await reads.ranking(by, word)
  return { ...showBoard(ranking, book.nameOf, limit), period: periodWord(period) }
}

async function ratings(
  db: Kysely<DB>,
  book: Awaited<ReturnType<PlayerReads['names']>>,
  { count = Number.POSITIVE_INFINITY }: { count?: number },
) {
  const entries = (await ratingBoard(db)).slice(0, count).map(({ guid, rating, maps }, index) => ({
    ...{
      rank: index + 1,
      guid,
      ...book.nameOf(guid),
      value: rating,
      figure: rating.toFixed(1),
      rounds: maps,
    },
  }))
  return {
    ...{ title: 'Rating', rule: 'by all map results: mu − 3 sigma', bar: 'at least 5 maps', belowBar: 0 },
    entries,
  }
}

/** Null: nobody of this GUID ever played. */
export async function playerModel(db: Kysely<DB>, reads: PlayerReads, asked: string) {
  const guid = await mainGuid(db, asked)
  const history = await reads.history(guid)
  if (!history) return null
  const book = await reads.names()
  const figures = await reads.figuresOf(guid, PERIOD_WORDS)
  const periods = PERIOD_WORDS.map((word, index) => [word, withoutGuid(figures[index] ?? null)] as const)
  const { guids, names, sessions, weapons, maps, sides, rivals, roundAwards } = history
  return {
    ...{ guid, ...book.nameOf(guid), guids, names, weapons, sides },
    periods: Object.fromEntries(periods),
    baseline: baseline(sessions),
    sessions,
    maps: maps.map(({ guid: _, ...map }) => map),
    awards: titledAwards(history),
    roundAwards,
    records: recordsOf(await reads.records(), guid).flatMap(({ holders, ...record }) =>
      holders.slice(0, 1).map(({ roundId }) => ({
        ...{ scope: record.scope, category: record.category, title: record.title, map: record.map },
        ...{ value: record.value, figure: record.figure, roundId },
      })),
    ),
    rivals: rivals.slice(0, RIVALS).map(rival => ({ ...rival, ...book.nameOf(rival.guid) })),
  }
}

export type PlayerModel = NonNullable<Awaited<ReturnType<typeof playerModel>>>

const RIVALS = 20

function withoutGuid(own: PlayerFigures | null) {
  if (!own) return null
  const { guid: _, ...rest } = own
  return rest
}

/** `map` null: of all maps. Null: nobody has played that map. */
export async function recordList(reads: PlayerReads, map: string | null) {
  const { overall, byMap } = await reads.records()
  const entries = map === null ? overall : byMap.get(map)
  if (!entries) return null
  return { map, records: namedRecords(entries, await reads.names()), maps: [...byMap.keys()] }
}

export async function mapModel(reads: PlayerReads, name: string) {
  const map = await reads.map(name)
  if (!map) return null
  const book = await reads.names()
  return { ...map, players: map.players.map(player => ({ ...player, ...book.nameOf(player.guid) })) }
}
