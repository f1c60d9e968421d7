import { Routes } from 'discord.js'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { loadSessionReport } from '../../report/load-session-report.ts'
import type { BotDeps } from '../bot-deps.ts'
import type { PostContent } from '../posts/post-content.ts'
import { markRemoved, type Post, sendPost } from '../posts/send-post.ts'
import { explainFault } from '../rest/explain-fault.ts'
import { reportMessages } from './report-messages.ts'

interface Options {
  /** The command that this answers. */
  replyTo?: string
  /** Other ways to make the first and the later messages: answers to an interaction. */
  createFirst?: Post['create']
  createLater?: Post['create']
}

const underWay = new Map<number, Promise<void>>()

/**
 * Makes Discord show a session's report as the database has it now: posts the messages that are missing and edits those
 * that changed. Asking again is always safe. Throws what discord.js throws.
 */
export function publishReport(deps: BotDeps, reportId: number, options: Options = {}): Promise<void> {
  // One at a time for each report: a command and late data may ask at once.
  const before = underWay.get(reportId) ?? Promise.resolve()
  const now = before.catch(() => undefined).then(() => publish(deps, reportId, options))
  underWay.set(reportId, now)
  return now.finally(() => {
    if (underWay.get(reportId) === now) underWay.delete(reportId)
  })
}

async function publish(deps: BotDeps, reportId: number, options: Options): Promise<void> {
  const { db, log } = deps
  const target = await findTarget(db, reportId)
  const report = target && (await loadSessionReport(db, target.session))
  if (!target || !report) return

  const { cards, pictures } = reportMessages(deps, report)
  const outcomes: string[] = []
  const send = async (part: string, content: PostContent, isFirst: boolean) => {
    const subject = `report ${reportId} ${part}`
    const create = isFirst ? options.createFirst : options.createLater
    const replyTo = isFirst ? options.replyTo : undefined
    outcomes.push(await sendPost(deps, { subject, channelId: target.channelId, content, replyTo, create }))
  }
  for (const [index, content] of cards.entries()) await send(`cards ${index + 1}`, content, index === 0)
  await send('pictures', await pictures, false)
  for (let index = cards.length; index < target.cardMessages; index += 1) {
    await takeBack(deps, `report ${reportId} cards ${index + 1}`)
  }

  await sql`
    update discord_reports set gaming_session_id = ${report.session}, card_messages = ${cards.length},
      shown_changed_at = ${target.changedAt}::timestamptz,
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
  /** Read before the figures, with its microseconds: what changes in between is seen the next time. */
  changedAt: string
}

/** Sessions can be joined: then the newest round that the report showed tells where its session went. */
async function findTarget(db: Kysely<DB>, reportId: number): Promise<Target | null> {
  const { rows } = await sql<Target>`
    select g.gaming_session_id as session, d.channel_id as "channelId", coalesce(d.card_messages, 0) as "cardMessages",
      g.changed_at::text as "changedAt"
    from discord_reports d
    left join rounds anchor on anchor.round_id = d.anchor_round_id
    join gaming_sessions g on g.gaming_session_id = coalesce(
      (select s.gaming_session_id from gaming_sessions s where s.gaming_session_id = d.gaming_session_id),
      anchor.gaming_session_id)
    where d.report_id = ${reportId}`.execute(db)
  return rows[0] ?? null
}

/** A message that a shorter report does not need. */
async function takeBack({ db, rest }: BotDeps, subject: string): Promise<void> {
  const post = await db
    .selectFrom('discord_posts')
    .select(['post_id', 'channel_id', 'message_id'])
    .where('subject', '=', subject)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (!post?.message_id) return
  try {
    await rest.delete(Routes.channelMessage(post.channel_id, post.message_id))
  } catch (error) {
    if (explainFault(error).kind !== 'message') throw error
  }
  await markRemoved(db, post.post_id)
}
