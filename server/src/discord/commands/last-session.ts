import { ApplicationCommandType, InteractionContextType } from 'discord.js'
import { VIEW_OPTION } from '../views/words.ts'
import { answerWithSession } from './answer-with-session.ts'
import type { Command } from './command.ts'

/** `!last_session`, `/last_session`: the newest session. */
export const lastSession: Command = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'last_session',
    description: 'The report of the newest session',
    contexts: [InteractionContextType.Guild],
    options: [VIEW_OPTION],
  },
  texts: {
    words: ['last_session', 'last', 'latest'],
    help: '`!last_session` (or `!last`, `!latest`) for the newest session',
    takesView: true,
  },
  isPrivate: false,
  answer: (context, words, reply) => answerWithSession(context, { kind: 'latest' }, words, reply),
}
