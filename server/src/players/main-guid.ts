import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'

/** The player of a GUID: itself, or whom it is joined to. */
export async function mainGuid(db: Kysely<DB>, guid: string): Promise<string> {
  const join = await db
    .selectFrom('player_joins')
    .select('main_guid')
    .where('player_guid', '=', guid)
    .executeTakeFirst()
  return join?.main_guid ?? guid
}

/** All GUIDs of a player, the main one first. */
export async function guidsOf(db: Kysely<DB>, main: string): Promise<string[]> {
  const joined = await db
    .selectFrom('player_joins')
    .select('player_guid')
    .where('main_guid', '=', main)
    .orderBy('player_guid')
    .execute()
  return [main, ...joined.map(row => row.player_guid)]
}
