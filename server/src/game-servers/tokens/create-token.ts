import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { DB, TokenScope } from '../../db/tables.ts'
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
  return { ...ensured, ...(await insertToken(db, { server_id: ensured.server.serverId })) }
}

/** A token that uploads nothing: it reads where reading is private, and with `admin` sees the figures as well. */
export async function createReadingToken(
  db: Kysely<DB>,
  { scope, label }: { scope: Exclude<TokenScope, 'ingest'>; label: string },
): Promise<{ token: string; tokenId: number }> {
  return insertToken(db, { server_id: null, scope, label })
}

async function insertToken(
  db: Kysely<DB>,
  holder: { server_id: number | null; scope?: TokenScope; label?: string },
): Promise<{ token: string; tokenId: number }> {
  // The prefix lets a person, and a scanner of repositories, see what this is.
  const token = `dbf_${randomBytes(32).toString('base64url')}`
  const { token_id } = await db
    .insertInto('ingest_tokens')
    .values({ ...holder, token_hash: hashToken(token) })
    .returning('token_id')
    .executeTakeFirstOrThrow()
  return { token, tokenId: token_id }
}
