import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { loadSessionReport } from '../../report/load-session-report.ts'
import { settleFigures } from '../../report/players/settle-figures.ts'
import { NO_SUMS } from '../../report/players/settle-sums.ts'
import { reportVersionOf } from '../../report/session-version.ts'
import type { BotContext } from '../bot-context.ts'
import type { CreateMessage } from '../posts/post.ts'
import type { PostContent } from '../posts/post-content.ts'
import { sendPost } from '../posts/send-post.ts'
import { type ReportPart, reportName, reportSubject } from '../posts/subjects.ts'
import { withdrawPost } from '../posts/withdraw-post.ts'
import { withRetries } from '../rest/with-retries.ts'
import { reportMessages } from './report-messages.ts'

interface Options {
  /** Somebody waits: a message that fails is tried again at once. */
  isAwaited?: boolean
  /** The command that this answers. */
  replyTo?: string | undefined
  /** Other ways to make the first and the later messages: answers to an interaction. */
  createFirst?: CreateMessage | undefined
  createLater?: CreateMessage | undefined
}

/**
 * Makes Discord show a session's report as the database has it now: posts the messages that are missing and edits those
 * that changed. Asking again is always safe. Throws DiscordFault.
 */
export function publishReport(context: BotContext, reportId: number, options: Options = {}): Promise<void> {
  return context.reports.inTurn(reportId, () => publish(context, reportId, options))
}

async function publish(context: BotContext, reportId: number, options: Options): Promise<void> {
  const { db, log } = context
  // Before the version is read: what is summed later makes it another one.
  await settleFigures(db, { sums: NO_SUMS })
  const target = await findTarget(db, reportId)
  const report = target && (await loadSessionReport(db, target.session))
  if (!target || !report) return

  const { cards, pictures } = reportMessages(context, report)
  const outcomes: string[] = []
  const show = async (part: ReportPart, content: PostContent, isFirst: boolean) => {
    const answers = {
      replyTo: isFirst ? options.replyTo : undefined,
      create: isFirst ? options.createFirst : options.createLater,
    }
    const post = {
      subject: reportSubject(reportId, part, target.askedFor),
      channelId: target.channelId,
      content,
      ...(target.isAnswer && { answers }),
    }
    const send = () => sendPost(context, post)
    outcomes.push(await (options.isAwaited ? withRetries(context.signal, send) : send()))
  }
  for (const [index, content] of cards.entries()) await show(`cards ${index + 1}`, content, index === 0)
  await show('pictures', await pictures, false)
  // Messages that a shorter report does not need.
  for (let index = cards.length; index < target.cardMessages; index += 1) {
    await withdrawPost(context, reportName(reportId, `cards ${index + 1}`))
  }

  await sql`
    update discord_reports set gaming_session_id = ${report.session}, card_messages = ${cards.length},
      shown_changed_at = ${target.changedAt}::timestamptz, shown_version = ${target.version},
      anchor_round_id = (select round_id from counted_rounds where gaming_session_id = ${report.session}
        order by ended_at desc limit 1)
    where report_id = ${reportId}`.execute(db)
  if (outcomes.some(outcome => outcome !== 'unchanged')) {
    log.info(
      { report: reportId, session: report.session },
      `Report of session ${report.session}: ${outcomes.join(', ')}`,
    )
  }
}

interface Target {
  session: number
  channelId: string
  cardMessages: number
  /** The question, or the gathering in voice, as it was before the database gave it a number. */
  askedFor: string
  isAnswer: boolean
  /** Both read before the figures: what changes in between is seen the next time. */
  changedAt: string
  version: string | null
}

async function findTarget(db: Kysely<DB>, reportId: number): Promise<Target | null> {
  const { rows } = await sql<Target>`
    select g.gaming_session_id as session, d.channel_id as "channelId", coalesce(d.card_messages, 0) as "cardMessages",
      coalesce(d.asked_by, 'voice ' || extract(epoch from v.began_at)) as "askedFor",
      d.asked_by is not null as "isAnswer",
      g.changed_at::text as "changedAt", ${reportVersionOf(sql`session_now`)} as version
    from discord_reports d
    join discord_report_sessions using (report_id)
    join gaming_sessions g on g.gaming_session_id = discord_report_sessions.session_now
    left join voice_sessions v using (voice_session_id)
    where d.report_id = ${reportId}`.execute(db)
  return rows[0] ?? null
}
