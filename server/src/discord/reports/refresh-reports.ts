import { sql } from 'kysely'
import { DatabaseFault } from '../../db/database-fault.ts'
import { settleFigures } from '../../report/players/settle-figures.ts'
import { NO_SUMS } from '../../report/players/settle-sums.ts'
import { reportVersionOf } from '../../report/session-version.ts'
import type { BotContext } from '../bot-context.ts'
import { noteBug } from '../note-fault.ts'
import { findPosts } from '../posts/ledger.ts'
import { reportName } from '../posts/subjects.ts'
import { DiscordFault } from '../rest/discord-fault.ts'
import { publishReport } from './publish-report.ts'

/** People scroll back for weeks, not for years. */
const KEPT_CURRENT_DAYS = 30
/** A command that broke off longer ago than this is no answer any more. */
const UNFINISHED_MINUTES = 10
/** A whole evening that is delivered at once shall not edit a report a hundred times. */
const PAUSE_MS = 5_000
/** A report that cannot be edited (its channel is gone, the bot may not write) is left alone for this long. */
const POSTPONED_MS = 3_600_000

/**
 * Edits the posted reports whose session changed since, and finishes those that a crash left in part. Of several reports
 * of one session in a channel the newest is kept up to date. Returns in how many ms it should look again; null: no hurry.
 */
export async function refreshReports(context: BotContext, signal: AbortSignal): Promise<number | null> {
  const { reports, log } = context
  let again: number | null = null
  for (const reportId of await staleReports(context)) {
    if (signal.aborted) return null
    const wait = reports.postponedFor(reportId)
    if (wait > 0) {
      again = Math.min(again ?? wait, wait)
      continue
    }
    try {
      await publishReport(context, reportId)
      reports.postpone(reportId, PAUSE_MS)
    } catch (error) {
      if (error instanceof DatabaseFault) throw error
      const isDiscords = error instanceof DiscordFault
      if (isDiscords && (error.retriable || error.kind === 'token')) throw error
      reports.postpone(reportId, POSTPONED_MS)
      if (isDiscords) log.warn({ report: reportId }, `A report stays as it is for now: ${error.sentence}`)
      else noteBug({ ...context, about: `report ${reportId}` }, error, 'A report stays as it is for now')
    }
  }
  return again
}

async function staleReports({ db }: BotContext): Promise<number[]> {
  // Which records a session set shows when all before it is summed.
  await settleFigures(db, { sums: NO_SUMS })
  const { rows } = await sql<{ report_id: number; is_unfinished_answer: boolean }>`
    with newest as (
      select distinct on (gaming_session_id, channel_id) * from discord_reports
      where created_at > now() - make_interval(days => ${KEPT_CURRENT_DAYS})
      order by gaming_session_id, channel_id, report_id desc
    )
    select d.report_id,
      d.shown_changed_at is null and d.asked_by is not null and d.asked_by not like 'message %' as is_unfinished_answer
    from newest d
    join discord_report_sessions using (report_id)
    join gaming_sessions g on g.gaming_session_id = discord_report_sessions.session_now
    where case
      when d.shown_changed_at is null then
        d.created_at > now() - make_interval(mins => ${UNFINISHED_MINUTES})
        and d.created_at < now() - interval '15 seconds'
      -- Posted by a version that knew the time of the change alone.
      when d.shown_version is null then g.changed_at is distinct from d.shown_changed_at
      else ${reportVersionOf(sql`session_now`)} is distinct from d.shown_version
    end
    order by d.report_id`.execute(db)
  // The answer to an interaction can only be finished by this process once its first message stands.
  const first = (reportId: number) => reportName(reportId, 'cards 1')
  const unfinished = rows.filter(row => row.is_unfinished_answer).map(row => first(row.report_id))
  const standing = (await findPosts(db, unfinished)).filter(post => post.message_id !== null)
  return rows
    .filter(row => !row.is_unfinished_answer || standing.some(post => post.subject === first(row.report_id)))
    .map(row => row.report_id)
}
