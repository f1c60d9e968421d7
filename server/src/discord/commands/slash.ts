import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import { PERIOD_PATTERN, PERIOD_WORDS } from '../../report/players/period.ts'

interface OptionRules {
  isRequired?: boolean
  isSuggested?: boolean
  choices?: readonly string[]
}

/** A slash command for the members of a server. */
export function slash(
  name: string,
  description: string,
  options: APIApplicationCommandBasicOption[] = [],
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  const contexts = [InteractionContextType.Guild]
  return { type: ApplicationCommandType.ChatInput, name, description, contexts, options }
}

export function textOption(
  name: string,
  description: string,
  { isRequired = false, isSuggested = false, choices }: OptionRules = {},
): APIApplicationCommandBasicOption {
  const option = {
    type: ApplicationCommandOptionType.String as const,
    name,
    description,
    required: isRequired,
  }
  if (choices) return { ...option, choices: choices.map(value => ({ name: value, value })) }
  return isSuggested ? { ...option, autocomplete: true } : option
}

export const PERIOD_OPTION = textOption('period', 'Over which time; a season may be named, as 2026-Q2', {
  isSuggested: true,
})

/** Takes the word of a period off the end; null: there is none. */
export function takePeriod(args: readonly string[]): { rest: string[]; period: string | null } {
  const last = readPeriod(args.at(-1) ?? '')
  return last === null ? { rest: [...args], period: null } : { rest: args.slice(0, -1), period: last }
}

function readPeriod(word: string): string | null {
  const written = /^\d{4}-q[1-4]$/i.test(word) ? word.toUpperCase() : word.toLowerCase()
  return PERIOD_PATTERN.test(written) ? written : null
}

export async function suggestPeriods(typed: string): Promise<{ name: string; value: string }[]> {
  const season = readPeriod(typed)
  const words =
    season === null ? PERIOD_WORDS.filter(word => word.startsWith(typed.trim().toLowerCase())) : [season]
  return words.map(value => ({ name: value, value }))
}
