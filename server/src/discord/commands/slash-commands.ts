import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import { SUB_VIEWS } from '../../cards/sub-view-cards.ts'
import { VIEW_TITLES } from '../views/words.ts'

const view = {
  type: ApplicationCommandOptionType.String as const,
  name: 'view',
  description: 'One part of it, instead of the whole report',
  choices: SUB_VIEWS.map(value => ({ name: VIEW_TITLES[value], value })),
}

/** The slash twins of the commands, as Discord is told of them. */
export const SLASH_COMMANDS: RESTPostAPIChatInputApplicationCommandsJSONBody[] = [
  {
    type: ApplicationCommandType.ChatInput,
    name: 'last_session',
    description: 'The report of the newest session',
    contexts: [InteractionContextType.Guild],
    options: [view],
  },
  {
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
      view,
    ],
  },
  {
    type: ApplicationCommandType.ChatInput,
    name: 'status',
    description: 'Agents, waiting files, waiting posts and the last error',
    contexts: [InteractionContextType.Guild],
    default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  },
]
