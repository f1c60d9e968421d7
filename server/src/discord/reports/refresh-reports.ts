import { sql } from 'kysely'
import type { BotDeps } from '../bot-deps.ts'
import { explainFault } from '../rest/explain-fault.ts'
import { publishReport } from './publish-report.ts'

/** People scroll back for weeks, not for years. */
const KEPT_CURRENT_DAYS = 30
/** A command that broke off longer ago than this is no answer any more. */
const UNFINISHED_MINUTES = 10
/** A whole evening that is delivered at once shall not edit a report a hundred times. */
const PAUSE_SECONDS = 5

/** A report that cannot be edited (its channel is gone, the bot may not write) is left alone for this long. */
const POSTPONED_MS = 3_600_000

/** Of each report, when it may be looked at again. */
const notBefore = new Map<number, number>()

/**
 * Edits the posted reports whose session changed since, and finishes those that a crash left in part. Of several reports
 * of one session in a channel the newest is kept up to date. Returns in how many ms it should look again; null: no hurry.
 */
export async function refreshReports(deps: BotDeps, signal: AbortSignal): Promise<number | null> {
  let again: number | null = null
  for (const reportId of await staleReports(deps)) {
    if (signal.aborted) return null
    const wait = (notBefore.get(reportId) ?? 0) - Date.now()
    if (wait > 0) {
      again = Math.min(again ?? wait, wait)
      continue
    }
    try {
      await publishReport(deps, reportId)
      notBefore.set(reportId, Date.now() + PAUSE_SECONDS * 1000)
    } catch (error) {
      const { kind, sentence } = explainFault(error)
      if (kind === 'away' || kind === 'token') throw error
      notBefore.set(reportId, Date.now() + POSTPONED_MS)
      deps.log.warn({ report: reportId, err: error }, `A report stays as it is for now: ${sentence}`)
    }
  }
  return again
}

async function staleReports({ db }: BotDeps): Promise<number[]> {
  const { rows } = await sql<{ report_id: number }>`
    with newest as (
      select distinct on (gaming_session_id, channel_id) * from discord_reports
      where created_at > now() - make_interval(days => ${KEPT_CURRENT_DAYS})
      order by gaming_session_id, channel_id, report_id desc
    )
    select d.report_id
    from newest d
    left join rounds anchor on anchor.round_id = d.anchor_round_id
    join gaming_sessions g on g.gaming_session_id = coalesce(
      (select s.gaming_session_id from gaming_sessions s where s.gaming_session_id = d.gaming_session_id),
      anchor.gaming_session_id)
    where g.changed_at is distinct from d.shown_changed_at
      and (d.shown_changed_at is not null
        -- The answer to an interaction can only be finished by this process once its first message stands.
        or (d.created_at > now() - make_interval(mins => ${UNFINISHED_MINUTES})
          and d.created_at < now() - interval '15 seconds'
          and (d.asked_by is null or d.asked_by like 'message %' or exists (
            select from discord_posts p
            where p.subject = 'report ' || d.report_id || ' cards 1' and p.message_id is not null))))
    order by d.report_id`.execute(db)
  return rows.map(row => row.report_id)
}
