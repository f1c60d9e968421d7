import { createHash } from 'node:crypto'
import { type Message, Routes } from 'discord.js'
import type { BotDeps } from '../bot-deps.ts'
import type { PostContent } from '../posts/post-content.ts'
import { createReport } from '../reports/create-report.ts'
import { publishReport } from '../reports/publish-report.ts'
import { explainFault } from '../rest/explain-fault.ts'
import { viewContent } from '../views/view-content.ts'
import { wordList } from '../views/words.ts'
import { findSession } from './find-session.ts'
import { parseAsk } from './parse-ask.ts'
import { withRetries } from './with-retries.ts'

/** Answers a message that asks us for something; never throws. */
export async function answerMessage(
  deps: BotDeps,
  message: Pick<Message, 'id' | 'content' | 'channelId' | 'author'>,
): Promise<void> {
  if (message.author.bot) return
  const ask = parseAsk(message.content, deps.botId)
  if (!ask) return
  const startedAt = performance.now()
  try {
    if (ask.kind === 'help') return await reply(deps, message, { content: wordList() })
    const found = await findSession(deps.db, ask.session)
    if (found.kind === 'none') return await reply(deps, message, { content: found.sentence })
    const { report } = found
    if (ask.view) return await reply(deps, message, await viewContent(deps, report, ask.view))
    const reportId = await createReport(deps.db, report.session, message.channelId, `message ${message.id}`)
    await withRetries(deps.signal, () => publishReport(deps, reportId, { replyTo: message.id }))
    deps.log.info(
      { session: report.session, tookMs: Math.round(performance.now() - startedAt) },
      `Answered a command with session ${report.session}`,
    )
  } catch (error) {
    const { kind, sentence } = explainFault(error)
    if (kind === 'bug') deps.log.error({ err: error }, 'A command could not be answered')
    else deps.log.warn(`A command could not be answered: ${sentence}`)
  }
}

/** The nonce follows from the question, so that however often it is sent, one answer stands there. */
async function reply(
  { rest, signal }: BotDeps,
  message: Pick<Message, 'id' | 'channelId'>,
  { files = [], ...shown }: PostContent,
): Promise<void> {
  const body = {
    ...shown,
    allowed_mentions: { parse: [] },
    message_reference: { message_id: message.id, fail_if_not_exists: false },
    nonce: createHash('sha256').update(`answer ${message.id}`).digest('base64url').slice(0, 22),
    enforce_nonce: true,
  }
  await withRetries(signal, () => rest.post(Routes.channelMessages(message.channelId), { body, files }))
}
