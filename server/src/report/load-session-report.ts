import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { buildSessionReport } from './build-session-report.ts'
import { newestCounted } from './counted.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { SessionReport } from './session-report.ts'
import { loadSessionRows } from './session-rows.ts'

/** The report of a session by its number, or of the one with the newest counted round. Null: there is none. */
export function loadSessionReport(db: Kysely<DB>, session: number | 'latest'): Promise<SessionReport | null> {
  return readSnapshot(db, async db => {
    const number = session === 'latest' ? ((await newestCounted(db))?.gaming_session_id ?? null) : session
    const rows = number === null ? null : await loadSessionRows(db, number)
    return rows && buildSessionReport(rows)
  })
}
