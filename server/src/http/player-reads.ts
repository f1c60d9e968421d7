import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { type BoardKey, loadRanking, type Ranking } from '../report/players/boards.ts'
import { loadMeetings, type Meetings } from '../report/players/compare.ts'
import { loadOwnFigures, loadSomeFigures, type PlayerFigures } from '../report/players/load-figures.ts'
import { listMaps, loadMapReport, type MapReport, type MapSummary } from '../report/players/map-report.ts'
import { loadNameBook, type NameBook } from '../report/players/name-book.ts'
import { type Period, resolvePeriod } from '../report/players/period.ts'
import { loadPlayerHistory, type PlayerHistory } from '../report/players/player-history.ts'
import { LISTED_METRICS, type ListedFigures } from '../report/players/player-models.ts'
import { countUnsummed, playersVersion } from '../report/players/player-version.ts'
import { loadRecordBook, type RecordBook } from '../report/players/record-book.ts'
import { settleFigures } from '../report/players/settle-figures.ts'
import { NO_SUMS, type WantedSums } from '../report/players/settle-sums.ts'
import { readSnapshot } from '../report/read-snapshot.ts'
import type { ServerState } from '../server-state.ts'
import { type BoundedReads, versionedCache } from './bounded-reads.ts'

/** Of everybody over a period what the list shows. */
interface PeriodList {
  period: Period
  players: ListedFigures[]
}

interface Kept {
  /** Values kept, the last used. */
  max: number
  /** What a value is read from beside the sessions' own sums: so much has to be up to date. */
  sums?: (key: string) => WantedSums
}

/** What the pages of players rest on, each loaded once per state of the rounds, and few at once. */
export interface PlayerReads {
  /** Null: no round counts yet. */
  listed(word: string): Promise<PeriodList | null>
  /** Over all time where no round counts yet. */
  ranking(by: BoardKey, word: string): Promise<{ period: Period; ranking: Ranking }>
  /** One player's over some periods, by a main GUID; null: he did not play then. */
  figuresOf(guid: string, words: readonly string[]): Promise<(PlayerFigures | null)[]>
  names(): Promise<NameBook>
  records(): Promise<RecordBook>
  maps(): Promise<MapSummary[]>
  map(name: string): Promise<MapReport | null>
  /** By a main GUID; null: nobody of it ever played. */
  history(guid: string): Promise<PlayerHistory | null>
  meetings(a: string, b: string): Promise<Meetings>
  /** Sessions that are in no figure yet: of a long history that was just taken over. */
  unsummed(): Promise<number>
}

export function playerReads({
  db,
  reads,
  state,
}: {
  db: Kysely<DB>
  reads: BoundedReads
  state: Pick<ServerState, 'readOnly'>
}): PlayerReads {
  function cached<T>(
    name: string,
    { max, sums = () => NO_SUMS }: Kept,
    load: (db: Kysely<DB>, key: string) => Promise<T | null>,
  ) {
    const read = versionedCache({
      ...{ reads, name, max },
      versionOf: () => playersVersion(db),
      async load(key: string) {
        // What changed since is summed first, so that a reader sees the round of this second.
        if (state.readOnly !== true) await settleFigures(db, { sums: sums(key) })
        return readSnapshot(db, async db => {
          const value = await load(db, key)
          return value === null ? null : { value, version: await playersVersion(db) }
        })
      },
    })
    return async (key = '') => (await read(key))?.value ?? null
  }
  const must = <T>(value: T | null): T => {
    if (value === null) throw new Error('A list is never missing.')
    return value
  }
  // Some 200 KB each at 2 000 players.
  const listed = cached('list', { max: 6, sums: () => ({ kinds: ['player'] }) }, async (db, key) => {
    const period = readPeriod(key)
    return { period, players: await loadSomeFigures(db, period, LISTED_METRICS) }
  })
  // And these some 100 KB.
  const ranking = cached('ranking', { max: 32, sums: () => ({ kinds: ['player'] }) }, (db, key) => {
    const [by = '', period = ''] = key.split(/ (.*)/s)
    return loadRanking(db, by, readPeriod(period))
  })
  const own = cached(
    'own figures',
    { max: 64, sums: key => ({ kinds: ['player'], about: key.split('\n')[0] ?? '' }) },
    async (db, key) => {
      const [guid = '', ...periods] = key.split('\n')
      const figures: (PlayerFigures | null)[] = []
      for (const period of periods)
        figures.push(period === 'null' ? null : await loadOwnFigures(db, readPeriod(period), guid))
      return figures
    },
  )
  const periodOf = (word: string) => reads.read(`period ${word}`, () => resolvePeriod(db, word))
  const names = cached('names', { max: 1, sums: () => ({ kinds: ['names'] }) }, loadNameBook)
  const records = cached('records', { max: 1 }, loadRecordBook)
  const maps = cached('maps', { max: 1, sums: () => ({ kinds: ['map'] }) }, db => listMaps(db))
  const map = cached(
    'map',
    { max: 32, sums: map => ({ kinds: ['map', 'player on map'], about: map }) },
    loadMapReport,
  )
  const history = cached(
    'player',
    { max: 64, sums: guid => ({ kinds: ['player', 'player on map', 'names'], about: guid }) },
    loadPlayerHistory,
  )
  const meetings = cached('meetings', { max: 64 }, (db, key) => {
    const [a = '', b = ''] = key.split(' ')
    return loadMeetings(db, a, b)
  })
  return {
    async listed(word) {
      const period = await periodOf(word)
      return period && listed(JSON.stringify(period))
    },
    async ranking(by, word) {
      const period = (await periodOf(word)) ?? { kind: 'all' }
      return { period, ranking: must(await ranking(`${by} ${JSON.stringify(period)}`)) }
    },
    async figuresOf(guid, words) {
      const periods: string[] = []
      for (const word of words) periods.push(JSON.stringify(await periodOf(word)))
      return must(await own([guid, ...periods].join('\n')))
    },
    names: async () => must(await names()),
    records: async () => must(await records()),
    maps: async () => must(await maps()),
    map,
    history,
    meetings: async (a, b) => must(await meetings(`${a} ${b}`)),
    unsummed: () => reads.read('unsummed', () => countUnsummed(db)),
  }
}

/** As it was made a key of. */
function readPeriod(key: string): Period {
  return JSON.parse(key, (name, value) => (name === 'from' && /T/.test(value) ? new Date(value) : value))
}
