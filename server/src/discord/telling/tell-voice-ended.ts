import { sql } from 'kysely'
import { LATEST } from '../../report/counted.ts'
import type { BotContext } from '../bot-context.ts'
import { publishReport } from '../reports/publish-report.ts'

/**
 * The end of a gathering in voice: the report of the session that was played, once. Nothing, where no round was counted
 * since it began; so a second gathering in the same session gets a report of its own only if they played on.
 */
export async function tellVoiceEnded(context: BotContext, voiceSessionId: number): Promise<void> {
  const { log, config } = context
  if (!config.statsChannelId) return
  const reportId =
    (await knownReport(context, voiceSessionId)) ??
    (await newReport(context, voiceSessionId, config.statsChannelId, config.autopostMaxAgeMinutes))
  if (reportId === null) {
    log.info({ voice: voiceSessionId }, 'Voice ended: no round was counted since it began')
    return
  }
  await publishReport(context, reportId)
}

async function knownReport({ db }: BotContext, voiceSessionId: number): Promise<number | null> {
  const row = await db
    .selectFrom('discord_reports')
    .select('report_id')
    .where('voice_session_id', '=', voiceSessionId)
    .executeTakeFirst()
  return row?.report_id ?? null
}

/**
 * A round belongs to the gathering if it was imported after it began. How old it may be is counted from the beginning
 * too, so that a report that waited for the server is not given up. A stamp of the future is no evening that was played.
 */
async function newReport(
  { db }: BotContext,
  voiceSessionId: number,
  channelId: string,
  maxAgeMinutes: number,
): Promise<number | null> {
  const { rows } = await sql<{ report_id: number }>`
    with newest as (
      select r.gaming_session_id, r.round_id
      from voice_sessions v, counted_rounds r
      where v.voice_session_id = ${voiceSessionId}
        and r.ended_at >= v.began_at - make_interval(mins => ${maxAgeMinutes}) and r.ended_at < ${LATEST}
        and r.round_id > v.last_round_before
      order by r.ended_at desc limit 1
    )
    insert into discord_reports (gaming_session_id, anchor_round_id, channel_id, voice_session_id)
    select gaming_session_id, round_id, ${channelId}, ${voiceSessionId} from newest
    returning report_id`.execute(db)
  return rows[0]?.report_id ?? null
}
