import { type APIMessage, InteractionResponseType, MessageFlags, type RawFile, Routes } from 'discord.js'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import type { DiscordRest } from '../rest/create-rest.ts'
import { DiscordFault } from '../rest/discord-fault.ts'
import { withRetries } from '../rest/with-retries.ts'

/** What an interaction is answered with: its own right, not the bot's token. */
export interface Question {
  id: string
  token: string
  applicationId: string
}

export type Acknowledgement = 'reply' | 'private reply' | 'update'

const ALREADY_ACKNOWLEDGED = 40_060

/** Tells Discord at once that an answer follows, for it waits three seconds only. */
export async function acknowledge(
  { rest, signal }: Pick<BotContext, 'rest' | 'signal'>,
  { id, token }: Question,
  how: Acknowledgement,
): Promise<void> {
  const body =
    how === 'update'
      ? { type: InteractionResponseType.DeferredMessageUpdate }
      : {
          type: InteractionResponseType.DeferredChannelMessageWithSource,
          data: how === 'reply' ? {} : { flags: MessageFlags.Ephemeral },
        }
  await withRetries(signal, async () => {
    try {
      await rest.post(Routes.interactionCallback(id, token), { body, auth: false })
    } catch (error) {
      // The first try was applied and its answer lost.
      if (!(error instanceof DiscordFault && error.code === ALREADY_ACKNOWLEDGED)) throw error
    }
  })
}

/** Fills in the answer: an edit, so that nothing new appears and repeating it is harmless. */
export async function editAnswer(
  { rest, signal }: Pick<BotContext, 'rest' | 'signal'>,
  question: Question,
  content: PostContent,
): Promise<APIMessage> {
  const { files = [], ...shown } = content
  const body = { content: '', embeds: [], components: [], ...shown, allowed_mentions: { parse: [] } }
  return withRetries(signal, () => patchAnswer(rest, question, body, files))
}

/** One try. What the message had attached before goes. */
export async function patchAnswer(
  rest: DiscordRest,
  { applicationId, token }: Question,
  body: object,
  files: RawFile[],
): Promise<APIMessage> {
  const attachments = files.map((file, id) => ({ id: String(id), filename: file.name }))
  const route = Routes.webhookMessage(applicationId, token)
  return (await rest.patch(route, { body: { ...body, attachments }, files, auth: false })) as APIMessage
}

/** Another message after the answer. Not safe to repeat. */
export async function followUp(
  rest: DiscordRest,
  { applicationId, token }: Question,
  body: object,
  files: RawFile[],
): Promise<APIMessage> {
  return (await rest.post(Routes.webhook(applicationId, token), { body, files, auth: false })) as APIMessage
}
