import { type Message, Routes } from 'discord.js'
import type { BotContext } from '../bot-context.ts'
import { nonceOf } from '../posts/subjects.ts'
import { createReport } from '../reports/create-report.ts'
import { publishReport } from '../reports/publish-report.ts'
import { withRetries } from '../rest/with-retries.ts'
import type { Reply } from './command.ts'

/** Answers in the channel, as a reply. The nonce follows from the question: however often it is sent, one stands there. */
export function replyToMessage(
  context: BotContext,
  { id, channelId }: Pick<Message, 'id' | 'channelId'>,
): Reply {
  const { db, rest, signal } = context
  return {
    async show({ files = [], ...shown }) {
      const body = {
        ...shown,
        allowed_mentions: { parse: [] },
        message_reference: { message_id: id, fail_if_not_exists: false },
        nonce: nonceOf({ origin: `answer ${id}` }, channelId),
        enforce_nonce: true,
      }
      await withRetries(signal, () => rest.post(Routes.channelMessages(channelId), { body, files }))
    },
    async report(session) {
      const reportId = await createReport(db, session, channelId, `message ${id}`)
      await publishReport(context, reportId, { isAwaited: true, replyTo: id })
    },
  }
}
