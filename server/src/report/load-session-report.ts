import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { buildSessionReport } from './build-session-report.ts'
import { newestCounted } from './counted.ts'
import { loadNewRecords } from './players/new-records.ts'
import { loadSessionHonours } from './players/round-awards-won.ts'
import { settleFigures } from './players/settle-figures.ts'
import { NO_SUMS } from './players/settle-sums.ts'
import { readSnapshot } from './read-snapshot.ts'
import { MOST_PEOPLE, MOST_ROWS } from './session-bounds.ts'
import type { SessionReport } from './session-report.ts'
import { loadSessionRows } from './session-rows.ts'

const BOUNDS = { mostRows: MOST_ROWS, mostPeople: MOST_PEOPLE }

/** The report of a session by its number, or of the one with the newest counted round. Null: there is none. */
export async function loadSessionReport(
  db: Kysely<DB>,
  session: number | 'latest',
): Promise<SessionReport | null> {
  // Records rest on sums; within a transaction its caller has seen to them.
  if (!db.isTransaction) await settleFigures(db, { sums: NO_SUMS })
  return readSnapshot(db, async db => {
    const number = session === 'latest' ? ((await newestCounted(db))?.gaming_session_id ?? null) : session
    const rows = number === null ? null : await loadSessionRows(db, number, BOUNDS)
    if (number === null || !rows) return null
    return buildSessionReport(rows, {
      newRecords: await loadNewRecords(db, number),
      roundAwards: await loadSessionHonours(db, number),
    })
  })
}
