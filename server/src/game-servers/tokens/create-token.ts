import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { type EnsuredServer, ensureServer } from '../ensure-server.ts'
import { hashToken } from './hash-token.ts'

/**
 * A new token of a game server, which is made if it is new. The answer is the only place where the token ever
 * stands: the database keeps its hash. Earlier tokens stay valid, so that one can be replaced without a gap.
 */
export async function createToken(
  db: Kysely<DB>,
  { serverName, timezone }: { serverName: string; timezone: string | null },
): Promise<EnsuredServer & { token: string; tokenId: number }> {
  const ensured = await ensureServer(db, { name: serverName, timezone })
  // The prefix lets a person, and a scanner of repositories, see what this is.
  const token = `dbf_${randomBytes(32).toString('base64url')}`
  const { token_id } = await db
    .insertInto('ingest_tokens')
    .values({ server_id: ensured.server.serverId, token_hash: hashToken(token) })
    .returning('token_id')
    .executeTakeFirstOrThrow()
  return { ...ensured, token, tokenId: token_id }
}
