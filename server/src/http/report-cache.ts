import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { newestCounted } from '../report/counted.ts'
import { loadSessionReport } from '../report/load-session-report.ts'
import { readSnapshot } from '../report/read-snapshot.ts'
import type { SessionReport } from '../report/session-report.ts'
import { sessionVersion } from '../report/session-version.ts'

export interface CachedReport {
  report: SessionReport
  /** Changes with every change of the rows behind the report. */
  version: string
}

export interface ReportCache {
  /** Null: there is no such session, or no round counts yet. */
  load(session: number | 'latest'): Promise<CachedReport | null>
}

/** Some 100 KB each. The newest is asked for again and again, the others now and then. */
const CACHED = 32

/**
 * Reports by session, each asked for once per state of its rows. Whether it is still the state of the rows is asked
 * at every request (a millisecond): a page never shows less than the database had when it was asked for.
 */
export function reportCache({ db }: { db: Kysely<DB> }): ReportCache {
  const cache = new Map<number, { version: string; loaded: Promise<CachedReport | null> }>()
  return {
    async load(session) {
      const number = session === 'latest' ? ((await newestCounted(db))?.gaming_session_id ?? null) : session
      const version = number === null ? null : await sessionVersion(db, number)
      if (number === null || version === null) return null
      const known = cache.get(number)
      cache.delete(number)
      const entry = known?.version === version ? known : { version, loaded: read(db, number) }
      cache.set(number, entry)
      for (const oldest of [...cache.keys()].slice(0, Math.max(0, cache.size - CACHED))) cache.delete(oldest)
      // A failure is told to all who wait for it, and tried again by the next.
      entry.loaded.catch(() => cache.get(number) === entry && cache.delete(number))
      return entry.loaded
    },
  }
}

/** The version that goes with the rows: in one snapshot, an import cannot fall between the two. */
function read(db: Kysely<DB>, session: number): Promise<CachedReport | null> {
  return readSnapshot(db, async db => {
    const version = await sessionVersion(db, session)
    const report = await loadSessionReport(db, session)
    return version === null || report === null ? null : { report, version }
  })
}
