import type { Kysely } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { DB } from '../db/tables.ts'
import { newestCounted } from '../report/counted.ts'
import { type ListPage, listSessions, type SessionSummary, sessionsVersion } from '../report/list-sessions.ts'
import { loadRoundReport } from '../report/load-round-report.ts'
import { loadSessionReport } from '../report/load-session-report.ts'
import { playersVersion } from '../report/players/player-version.ts'
import { settleFigures } from '../report/players/settle-figures.ts'
import { NO_SUMS } from '../report/players/settle-sums.ts'
import { type Face, readFaces } from '../report/read-faces.ts'
import { readSnapshot } from '../report/read-snapshot.ts'
import type { RoundReport } from '../report/round-report.ts'
import type { SessionReport } from '../report/session-report.ts'
import { loadRecordsDigest, roundVersion, sessionVersion } from '../report/session-version.ts'
import { type BoundedReads, type Versioned, versionedCache } from './bounded-reads.ts'

interface SessionList {
  sessions: SessionSummary[]
  /** The three with the most kills of each. */
  faces: ReadonlyMap<number, Face[]>
}

/** What pages, pictures and JSON show, each loaded once per state of its rows, and few at once. */
export interface ReportReads {
  /** Null: there is no such session, or no round counts yet. */
  session(session: number | 'latest'): Promise<Versioned<SessionReport> | null>
  /** The number of the newest; null: no round counts yet. */
  newest(): Promise<number | null>
  round(roundId: number): Promise<Versioned<RoundReport> | null>
  sessions(page: ListPage): Promise<Versioned<SessionList>>
}

/** Some 100 KB each. The newest is asked for again and again, the others now and then. */
const SESSIONS = 32
/** Some 20 KB each. */
const ROUNDS = 64
/** Up to 100 sessions each, 1 KB a session. */
const LISTS = 32

export function reportReads({ db, reads }: { db: Kysely<DB>; reads: BoundedReads }): ReportReads {
  const recordsOf = keptDigests(db)
  const session = versionedCache({
    ...{ reads, name: 'session', max: SESSIONS },
    versionOf: (number: number) => sessionVersion(db, number, recordsOf),
    async load(number: number) {
      // Which records it set rests on the sessions' own sums alone.
      await settleFigures(db, { sums: NO_SUMS })
      return readSnapshot(db, async db =>
        versioned(await sessionVersion(db, number), await loadSessionReport(db, number)),
      )
    },
  })
  const round = versionedCache({
    ...{ reads, name: 'round', max: ROUNDS },
    versionOf: (roundId: number) => roundVersion(db, roundId),
    load: (roundId: number) =>
      readSnapshot(db, async db =>
        versioned(await roundVersion(db, roundId), await loadRoundReport(db, roundId)),
      ),
  })
  const sessions = versionedCache({
    ...{ reads, name: 'sessions', max: LISTS },
    versionOf: (key: string) => sessionsVersion(db, pageOf(key)),
    load: (key: string) => readSnapshot(db, db => loadList(db, pageOf(key))),
  })
  async function newest(): Promise<number | null> {
    const round = await reads.read('newest session', () => newestCounted(db))
    return round?.gaming_session_id ?? null
  }
  return {
    newest,
    async session(number) {
      const wanted = number === 'latest' ? await newest() : number
      return wanted === null ? null : session(wanted)
    },
    round,
    async sessions({ limit, before }) {
      return (await sessions(`${limit} ${before ?? ''}`)) ?? { value: NOTHING, version: '' }
    },
  }
}

/** Which records a session set is asked anew only where any round or decision has changed. */
function keptDigests(db: Kysely<DB>): (session: number) => Promise<string> {
  const kept = new LRUCache<number, { state: string; digest: string }>({ max: DIGESTS })
  return async session => {
    // Before the digest: what changes in between makes another state, and is asked for then.
    const state = await playersVersion(db)
    const known = kept.get(session)
    if (known?.state === state) return known.digest
    const digest = await loadRecordsDigest(db, session)
    kept.set(session, { state, digest })
    return digest
  }
}

/** Some 200 bytes each. */
const DIGESTS = 1_000

const NOTHING: SessionList = { sessions: [], faces: new Map() }

function versioned<T>(version: string | null, value: T | null): Versioned<T> | null {
  return version === null || value === null ? null : { version, value }
}

async function loadList(db: Kysely<DB>, page: ListPage): Promise<Versioned<SessionList> | null> {
  const version = await sessionsVersion(db, page)
  const sessions = await listSessions(db, page)
  const faces = await readFaces(
    db,
    sessions.map(({ session }) => session),
  )
  return versioned(version, { sessions, faces })
}

/** The key of a page of the list: its limit, and the session that it begins behind. */
function pageOf(key: string): ListPage {
  const [limit, before] = key.split(' ')
  return { limit: Number(limit), before: before ? Number(before) : null }
}
