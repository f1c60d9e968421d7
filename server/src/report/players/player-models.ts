import { AWARD_TITLES } from '../awards.ts'
import { METRIC_ROWS, type MetricKey } from '../metrics-table.ts'
import type { ShownName } from './decided-names.ts'
import type { PlayerFigures, SomeFigures } from './load-figures.ts'
import type { NameBook } from './name-book.ts'
import type { PlayerHistory } from './player-history.ts'
import type { RecordBook, RecordEntry } from './record-book.ts'

/** A line of the list of players. */
export interface ListedPlayer extends ShownName {
  guid: string
  rounds: number
  kd: number
  dpm: number | null
  accuracy: number | null
  revives: number | null
  lastSeen: string
}

export const PLAYER_SORTS = ['last_seen', 'name', 'rounds', 'kd', 'dpm', 'accuracy', 'revives'] as const
export type PlayerSort = (typeof PLAYER_SORTS)[number]

/** What the list shows of everybody; the rest of him is on his page. */
export const LISTED_METRICS = ['kd', 'dpm', 'accuracy', 'revivesGiven'] as const satisfies MetricKey[]
export type ListedFigures = SomeFigures<(typeof LISTED_METRICS)[number]>

/** Those whom a search finds, in order; without a search everybody. */
export function orderPlayers(
  players: readonly ListedFigures[],
  book: NameBook,
  { search, sort }: { search: string; sort: PlayerSort },
): ListedFigures[] {
  const found = search.trim() === '' ? null : new Set(book.search(search))
  const order = sort === 'name' ? byName(book) : ORDERS[sort]
  return players
    .filter(({ guid }) => found === null || found.has(guid))
    .sort((a, b) => order(a, b) || (a.guid < b.guid ? -1 : 1))
}

export function listPlayer(player: ListedFigures, book: NameBook): ListedPlayer {
  return {
    ...{ guid: player.guid, ...book.nameOf(player.guid), rounds: player.rounds, kd: player.kd },
    ...{ dpm: player.dpm, accuracy: player.accuracy, revives: player.revivesGiven },
    lastSeen: new Date(player.lastMs).toISOString(),
  }
}

type Order = (a: ListedFigures, b: ListedFigures) => number

const highestFirst =
  (of: (player: ListedFigures) => number | null): Order =>
  (a, b) =>
    (of(b) ?? -1) - (of(a) ?? -1)

const ORDERS: Record<Exclude<PlayerSort, 'name'>, Order> = {
  last_seen: highestFirst(player => player.lastMs),
  rounds: highestFirst(player => player.rounds),
  kd: highestFirst(player => player.kd),
  dpm: highestFirst(player => player.dpm),
  accuracy: highestFirst(player => player.accuracy),
  revives: highestFirst(player => player.revivesGiven),
}

/** Made once: it takes longer than a thousand comparisons. */
const LETTERS = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

function byName(book: NameBook): Order {
  return (a, b) => LETTERS.compare(book.nameOf(a.guid).name, book.nameOf(b.guid).name)
}

/** A record with its holders' names. */
export type NamedRecord = Omit<RecordEntry, 'holders'> & {
  holders: (Omit<RecordEntry['holders'][number], 'players'> & { players: (ShownName & { guid: string })[] })[]
}

export function namedRecords(entries: readonly RecordEntry[], book: NameBook): NamedRecord[] {
  return entries.map(entry => ({
    ...entry,
    holders: entry.holders.map(holder => ({
      ...holder,
      players: holder.players.map(guid => ({ guid, ...book.nameOf(guid) })),
    })),
  }))
}

/** The records that a player holds: of all maps, then of each map. */
export function recordsOf(
  { overall, byMap }: RecordBook,
  guid: string,
): (RecordEntry & { map: string | null })[] {
  const own = (map: string | null, entries: readonly RecordEntry[]) =>
    entries
      .map(entry => ({ ...entry, map, holders: entry.holders.filter(each => each.players.includes(guid)) }))
      .filter(({ holders }) => holders.length > 0)
  return [...own(null, overall), ...[...byMap].flatMap(([map, entries]) => own(map, entries))]
}

/** The awards of evenings with their titles, those won most often first. */
export function titledAwards({ awards }: PlayerHistory) {
  return awards.flatMap(({ award, times }) => {
    const known = AWARD_TITLES.get(award)
    return known ? [{ id: award, ...known, times }] : []
  })
}

/** The figures that are set side by side when two are compared, with which of the two is higher. */
export function comparedFigures(a: PlayerFigures | null, b: PlayerFigures | null) {
  return METRIC_ROWS.filter(({ column }) => column !== undefined).map(({ key, label }) => {
    const [first, second] = [numberOf(a, key), numberOf(b, key)]
    const isTold = first !== null && second !== null && first !== second
    const higher = !isTold ? null : first > second ? ('a' as const) : ('b' as const)
    return { key, label, a: first, b: second, higher }
  })
}

function numberOf(figures: PlayerFigures | null, key: MetricKey): number | null {
  const value = figures?.[key]
  return typeof value === 'number' ? value : null
}
