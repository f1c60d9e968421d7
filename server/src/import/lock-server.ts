import type { Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'

/**
 * Imports of one game server follow each other; those of different servers do not wait for each other. The lock is the
 * server's own row, so that its time zone cannot change in mid-import either. Returns the zone.
 */
export async function lockServer(trx: Transaction<DB>, serverId: number): Promise<string> {
  const { timezone } = await trx
    .selectFrom('game_servers')
    .select('timezone')
    .where('server_id', '=', serverId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow(() => new Error(`The game server ${serverId} is not in the database any more.`))
  return timezone
}
