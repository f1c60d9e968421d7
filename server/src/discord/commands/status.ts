import { ApplicationCommandType, InteractionContextType, PermissionFlagsBits } from 'discord.js'
import type { Command } from './command.ts'
import { statusContent } from './status-content.ts'

/** `/status`: for those who run it. */
export const status: Command = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'status',
    description: 'Agents, waiting files, waiting posts and the last error',
    contexts: [InteractionContextType.Guild],
    default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  },
  texts: { words: [], help: '`/status` for those who run the server', takesView: false },
  isPrivate: true,
  async answer({ db }, _words, reply) {
    await reply.show(await statusContent(db))
    return 'answered'
  },
}
