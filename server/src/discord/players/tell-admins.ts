import { randomBytes } from 'node:crypto'
import { Routes } from 'discord.js'
import type { BotContext } from '../bot-context.ts'
import { noteFault } from '../note-fault.ts'
import { nonceOf } from '../posts/subjects.ts'
import { withRetries } from '../rest/with-retries.ts'
import { COLOURS } from './player-card.ts'

/**
 * A line for the admin channel about what somebody did. What he did stands in the list of acts (`admin_actions`) all the
 * same: where the channel cannot be reached, the log says so, and who asked has his answer.
 */
export async function tellAdmins(
  context: BotContext,
  about: string,
  { title, description }: { title: string; description: string },
): Promise<void> {
  const { rest, signal, config } = context
  const channelId = config.adminChannelId
  if (channelId === null) return
  const body = {
    embeds: [{ title, description: description.slice(0, 4000), color: COLOURS.blurple }],
    allowed_mentions: { parse: [] },
    nonce: nonceOf({ origin: `${about} ${randomBytes(8).toString('hex')}` }, channelId),
    enforce_nonce: true,
  }
  try {
    await withRetries(signal, () => rest.post(Routes.channelMessages(channelId), { body }))
  } catch (error) {
    noteFault({ ...context, about }, error, 'The admins were not told')
  }
}
