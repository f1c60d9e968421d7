import { createHash } from 'node:crypto'
import { Routes } from 'discord.js'
import { sql } from 'kysely'
import { z } from 'zod'
import type { BotContext } from '../bot-context.ts'
import { COMMANDS } from './commands.ts'

const namesSchema = z.array(z.object({ name: z.string() }))

/**
 * Tells Discord of the slash commands, where they are not those that it was told last, or where it knows others: another
 * program of the same application may have changed them. Returns whether it had to.
 */
export async function registerCommands(
  { db, rest }: Pick<BotContext, 'db' | 'rest'>,
  applicationId: string,
): Promise<boolean> {
  const route = Routes.applicationCommands(applicationId)
  const body = COMMANDS.map(({ definition }) => definition)
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex')
  const told = await db
    .selectFrom('discord_commands')
    .select('digest')
    .where('application_id', '=', applicationId)
    .executeTakeFirst()
  const known = namesSchema.parse(await rest.get(route)).map(({ name }) => name)
  const hasOurs =
    known.toSorted().join() ===
    body
      .map(({ name }) => name)
      .toSorted()
      .join()
  if (told?.digest === digest && hasOurs) return false
  await rest.put(route, { body })
  await db
    .insertInto('discord_commands')
    .values({ application_id: applicationId, digest })
    .onConflict(conflict =>
      conflict.column('application_id').doUpdateSet({ digest, registered_at: sql`now()` }),
    )
    .execute()
  return true
}
