import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { GameServer } from './game-server.ts'

export interface EnsuredServer {
  server: GameServer
  created: boolean
  /** The zone that was stored before, where another one replaced it: its rounds' times are then out of date. */
  formerTimezone: string | null
}

/** Makes sure that this game server exists, in this zone. Without a zone a known server keeps its own; a new one has UTC. */
export async function ensureServer(
  db: Kysely<DB>,
  { name, timezone }: { name: string; timezone: string | null },
): Promise<EnsuredServer> {
  return db.transaction().execute(async trx => {
    const added = await trx
      .insertInto('game_servers')
      .values({ name, timezone: timezone ?? 'UTC' })
      .onConflict(conflict => conflict.column('name').doNothing())
      .returning(['server_id', 'timezone'])
      .executeTakeFirst()
    if (added) {
      return {
        server: { serverId: added.server_id, name, timezone: added.timezone },
        created: true,
        formerTimezone: null,
      }
    }
    const known = await trx
      .selectFrom('game_servers')
      .select(['server_id', 'timezone'])
      .where('name', '=', name)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const changed = timezone !== null && timezone !== known.timezone
    if (changed) {
      await trx
        .updateTable('game_servers')
        .set({ timezone })
        .where('server_id', '=', known.server_id)
        .execute()
    }
    return {
      server: { serverId: known.server_id, name, timezone: timezone ?? known.timezone },
      created: false,
      formerTimezone: changed ? known.timezone : null,
    }
  })
}
