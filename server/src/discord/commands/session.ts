import { ApplicationCommandOptionType, ApplicationCommandType, InteractionContextType } from 'discord.js'
import { VIEW_OPTION } from '../views/words.ts'
import { answerWithSession } from './answer-with-session.ts'
import type { Command } from './command.ts'
import { parseChoice } from './parse-choice.ts'
import { suggestSessions } from './suggest-sessions.ts'

/** `!session 12`, `/session`: any session, by its number or its date. */
export const session: Command = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'session',
    description: 'The report of any session',
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'which',
        description: 'Its number or its date (2026-05-05)',
        required: true,
        autocomplete: true,
      },
      VIEW_OPTION,
    ],
  },
  texts: {
    words: ['session'],
    help: '`!session 12` or `!session 2026-05-05` for an earlier one',
    takesView: true,
  },
  isPrivate: false,
  suggest: suggestSessions,
  async answer(context, [which = '', ...words], reply) {
    const choice = parseChoice(which)
    return choice ? answerWithSession(context, choice, words, reply) : 'not_understood'
  },
}
