import type { Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'

/** Whether one of them is. */
export async function isForgotten(trx: Transaction<DB>, guids: readonly string[]): Promise<boolean> {
  const rows = await trx
    .selectFrom('forgotten_players')
    .select('player_guid')
    .where('player_guid', 'in', [...guids])
    .execute()
  return rows.length > 0
}

/** His name and his link go as well. */
export async function forgetAll(trx: Transaction<DB>, guids: readonly string[]): Promise<void> {
  await trx
    .insertInto('forgotten_players')
    .values(guids.map(player_guid => ({ player_guid })))
    .onConflict(conflict => conflict.doNothing())
    .execute()
  await trx
    .deleteFrom('player_names')
    .where('player_guid', 'in', [...guids])
    .execute()
  await trx
    .deleteFrom('discord_links')
    .where('player_guid', 'in', [...guids])
    .execute()
}
