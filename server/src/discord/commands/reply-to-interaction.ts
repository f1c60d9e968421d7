import type { ChatInputCommandInteraction } from 'discord.js'
import type { BotContext } from '../bot-context.ts'
import { createReport } from '../reports/create-report.ts'
import { publishReport } from '../reports/publish-report.ts'
import type { Reply } from './command.ts'
import { editAnswer, followUp, patchAnswer } from './interaction-answer.ts'

/** Fills in the answer that was announced by `acknowledge`. */
export function replyToInteraction(context: BotContext, interaction: ChatInputCommandInteraction): Reply {
  const { db, rest } = context
  return {
    async show(content) {
      await editAnswer(context, interaction, content)
    },
    /**
     * The first message is the answer itself. The later ones go to the channel, where a nonce keeps them single; a bot
     * that may not write there follows up.
     */
    async report(session) {
      const mayWrite = interaction.appPermissions.has([
        'ViewChannel',
        'SendMessages',
        'EmbedLinks',
        'AttachFiles',
      ])
      const { id, channelId } = interaction
      const reportId = await createReport(db, session, channelId, `interaction ${id}`)
      await publishReport(context, reportId, {
        isAwaited: true,
        createFirst: (body, files) => patchAnswer(rest, interaction, withoutNonce(body), files),
        createLater: mayWrite
          ? undefined
          : (body, files) => followUp(rest, interaction, withoutNonce(body), files),
      })
    },
  }
}

/** Interactions know no nonce. */
function withoutNonce<T extends object>(body: T): T {
  return { ...body, nonce: undefined, enforce_nonce: undefined }
}
