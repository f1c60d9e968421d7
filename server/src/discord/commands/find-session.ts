import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { countedRounds, newestCounted } from '../../report/counted.ts'
import { loadSessionReport } from '../../report/load-session-report.ts'
import type { SessionReport } from '../../report/session-report.ts'
import type { SessionChoice } from './parse-choice.ts'

/** The report that was asked for, or why there is none, in a sentence. */
export async function findSession(
  db: Kysely<DB>,
  choice: SessionChoice,
): Promise<{ kind: 'found'; report: SessionReport } | { kind: 'none'; sentence: string }> {
  const session = choice.kind === 'date' ? await sessionOfDate(db, choice.date) : numberOf(choice)
  const report = session === null ? null : await loadSessionReport(db, session)
  if (report) return { kind: 'found', report }
  return { kind: 'none', sentence: await explain(db, choice) }
}

function numberOf(choice: Exclude<SessionChoice, { kind: 'date' }>): number | 'latest' {
  return choice.kind === 'latest' ? 'latest' : choice.number
}

/** By the game server's own calendar. Of several sessions of a day the last one. */
async function sessionOfDate(db: Kysely<DB>, date: string): Promise<number | null> {
  const row = await countedRounds(db)
    .select('r.gaming_session_id')
    .where('r.round_date', '=', date)
    // Less than two days off, in whatever zone: so that no plan looks through all years for that day.
    .where('r.ended_at', '>=', sql<Date>`${date}::date - interval '2 days'`)
    .where('r.ended_at', '<', sql<Date>`${date}::date + interval '3 days'`)
    .orderBy('r.ended_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.gaming_session_id ?? null
}

async function explain(db: Kysely<DB>, choice: SessionChoice): Promise<string> {
  const newest = await newestCounted(db)
  if (!newest) return 'There is no session yet: no round has been counted.'
  const known = `The newest is session ${newest.gaming_session_id}, of ${newest.round_date}.`
  switch (choice.kind) {
    case 'date':
      return `Nobody played on ${choice.date}. ${known}`
    case 'number':
      return `There is no session ${choice.number} with a counted round. ${known}`
    case 'latest':
      return known
  }
}
