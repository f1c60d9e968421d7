import { isDeepStrictEqual } from 'node:util'
import { type REST, Routes } from 'discord.js'
import { z } from 'zod'
import { SLASH_COMMANDS } from './slash-commands.ts'

const optionSchema = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  required: z.boolean().default(false),
  autocomplete: z.boolean().default(false),
  choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).default([]),
})

/** What of a command is ours to say; Discord's answer holds ids and defaults besides. */
const commandsSchema = z.array(
  z.object({
    type: z.number().default(1),
    name: z.string(),
    description: z.string(),
    contexts: z
      .array(z.number())
      .nullish()
      .transform(contexts => contexts ?? []),
    default_member_permissions: z
      .string()
      .nullish()
      .transform(permissions => permissions ?? null),
    options: z.array(optionSchema).default([]),
  }),
)

/** Tells Discord of the slash commands, where it knows others or none. Returns whether it had to. */
export async function registerCommands(rest: REST, applicationId: string): Promise<boolean> {
  const route = Routes.applicationCommands(applicationId)
  const known = commandsSchema.safeParse(await rest.get(route))
  if (known.success && isDeepStrictEqual(sorted(known.data), sorted(commandsSchema.parse(SLASH_COMMANDS)))) {
    return false
  }
  await rest.put(route, { body: SLASH_COMMANDS })
  return true
}

function sorted(commands: z.infer<typeof commandsSchema>) {
  return commands.toSorted((a, b) => a.name.localeCompare(b.name))
}
