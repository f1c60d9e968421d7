import type { Kysely } from 'kysely'
import type { Config } from '../../config.ts'
import type { DB } from '../../db/tables.ts'
import type { Logger } from '../../log/logger.ts'
import { ensureServer } from '../ensure-server.ts'
import type { GameServer } from '../game-server.ts'
import { hashToken } from './hash-token.ts'

/** At the start: the game server of INGEST_SERVER_NAME exists, and INGEST_TOKEN is a token of it. */
export async function ensureToken(
  { db, log }: { db: Kysely<DB>; log: Logger },
  ingest: NonNullable<Config['ingest']>,
): Promise<GameServer> {
  const { server, formerTimezone } = await ensureServer(db, {
    name: ingest.serverName,
    timezone: ingest.timezone,
  })
  if (formerTimezone !== null) {
    log.warn(
      { server: server.name, from: formerTimezone, to: server.timezone },
      'The time zone of the game server was changed by INGEST_SERVER_TIMEZONE. Rounds that are already here keep ' +
        'their times until `debrief rebuild` reads the stamps again.',
    )
  }
  if (ingest.token.length < 20) {
    log.warn('INGEST_TOKEN is short enough to be guessed. `debrief token create` makes a good one.')
  }
  const token_hash = hashToken(ingest.token)
  await db
    .insertInto('ingest_tokens')
    .values({ server_id: server.serverId, token_hash })
    .onConflict(conflict => conflict.column('token_hash').doNothing())
    .execute()
  const stored = await db
    .selectFrom('ingest_tokens')
    .select(['token_id', 'server_id', 'revoked_at'])
    .where('token_hash', '=', token_hash)
    .executeTakeFirstOrThrow()
  if (stored.server_id !== server.serverId) {
    await db
      .updateTable('ingest_tokens')
      .set({ server_id: server.serverId })
      .where('token_id', '=', stored.token_id)
      .execute()
    log.warn(
      { tokenId: stored.token_id, server: server.name },
      'INGEST_TOKEN belonged to another game server; from now on its files are those of INGEST_SERVER_NAME.',
    )
  }
  if (stored.revoked_at) {
    log.error(
      { tokenId: stored.token_id, revokedAt: stored.revoked_at },
      'INGEST_TOKEN was revoked and stays so: uploads with it are refused. Set another one.',
    )
  }
  return server
}
