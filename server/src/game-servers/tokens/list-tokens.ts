import type { Kysely } from 'kysely'
import type { DB, TokenScope } from '../../db/tables.ts'

export interface TokenRow {
  tokenId: number
  scope: TokenScope
  /** Of ingest tokens. */
  serverName: string | null
  timezone: string | null
  /** Of the others: what it is for. */
  label: string | null
  createdAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}

/** All tokens, revoked ones too; the tokens themselves are not stored and cannot be shown. */
export async function listTokens(db: Kysely<DB>): Promise<TokenRow[]> {
  return db
    .selectFrom('ingest_tokens')
    .leftJoin('game_servers', 'game_servers.server_id', 'ingest_tokens.server_id')
    .select([
      'token_id as tokenId',
      'scope',
      'name as serverName',
      'timezone',
      'label',
      'ingest_tokens.created_at as createdAt',
      'last_used_at as lastUsedAt',
      'revoked_at as revokedAt',
    ])
    .orderBy('token_id')
    .execute()
}
