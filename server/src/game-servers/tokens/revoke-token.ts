import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { hashToken } from './hash-token.ts'

export interface RevokedToken {
  tokenId: number
  /** What it was for: its game server, or its label. */
  holder: string
  /** It had been revoked before; nothing changed. */
  already: boolean
}

/** Ends a token, named by its id or by itself. Null: no such token. Servers stop taking it within a second. */
export async function revokeToken(db: Kysely<DB>, idOrToken: string): Promise<RevokedToken | null> {
  const asId = /^\d{1,15}$/.test(idOrToken) ? Number(idOrToken) : -1
  const hash = hashToken(idOrToken)
  const found = await db
    .selectFrom('ingest_tokens')
    .leftJoin('game_servers', 'game_servers.server_id', 'ingest_tokens.server_id')
    .select(['token_id', 'name', 'label', 'revoked_at'])
    .where(where => where.or([where('token_id', '=', asId), where('token_hash', '=', hash)]))
    // A token made of digits is that token before it is an id.
    .orderBy(order => order('token_hash', '=', hash), 'desc')
    .executeTakeFirst()
  if (!found) return null
  await db
    .updateTable('ingest_tokens')
    .set({ revoked_at: new Date() })
    .where('token_id', '=', found.token_id)
    .where('revoked_at', 'is', null)
    .execute()
  return {
    tokenId: found.token_id,
    holder: found.name ?? found.label ?? '',
    already: found.revoked_at !== null,
  }
}
