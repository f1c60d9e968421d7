import { type Kysely, sql } from 'kysely'
import type { DB, TokenScope } from '../../db/tables.ts'
import type { GameServer } from '../game-server.ts'
import { hashToken } from './hash-token.ts'

export interface TokenHolder {
  tokenId: number
  scope: TokenScope
  /** Whose files it brings; null for tokens that upload nothing. */
  server: GameServer | null
}

export interface TokenVerifier {
  /** Whose a valid token is, of those known within the last second: wrong ones cost no query. Throws when the database is away. */
  find(token: string): Promise<TokenHolder | null>
  /** The same, also of a token that was made just now; a wrong one costs a query. */
  verify(token: string): Promise<TokenHolder | null>
  /** Waits for what is still being written. */
  settled(): Promise<void>
}

/** A revoked token ends within a second on every server, also behind a pooler that passes no NOTIFY on. */
const REMEMBERED_MS = 900
const USE_NOTED_MS = 60_000

interface Known extends TokenHolder {
  useNotedAt: number
}

/**
 * Tells whose a token is. It holds the digests of all valid tokens, which are as many as were given out, so a flood of
 * wrong ones costs the database nothing and keeps nobody out. Only digests are compared: the time it takes tells nothing.
 */
export function tokenVerifier({
  db,
  now = () => performance.now(),
}: {
  db: Kysely<DB>
  now?: () => number
}): TokenVerifier {
  let known = new Map<string, Known>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null
  const writes = new Set<Promise<unknown>>()

  async function read(): Promise<void> {
    const startedAt = now()
    const rows = await readValidTokens(db)
    known = new Map(
      rows.map(({ token_hash, ...holder }) => {
        const key = token_hash.toString('base64')
        return [key, { ...holder, useNotedAt: known.get(key)?.useNotedAt ?? Number.NEGATIVE_INFINITY }]
      }),
    )
    // What was true when we asked, not when the answer came.
    readAt = startedAt
  }

  /** Who comes while it is read waits for the same answer. */
  async function beFresh(): Promise<void> {
    if (now() - readAt < REMEMBERED_MS) return
    reading ??= read().finally(() => {
      reading = null
    })
    await reading
  }

  function noteUse(entry: Known): void {
    if (now() - entry.useNotedAt < USE_NOTED_MS) return
    entry.useNotedAt = now()
    const write: Promise<unknown> = db
      .updateTable('ingest_tokens')
      .set({ last_used_at: sql`now()` })
      .where('token_id', '=', entry.tokenId)
      .execute()
      // `token list` would show an older time; no upload may fail for that.
      .catch(() => undefined)
      .finally(() => writes.delete(write))
    writes.add(write)
  }

  async function find(token: string): Promise<TokenHolder | null> {
    await beFresh()
    const entry = known.get(hashToken(token).toString('base64'))
    if (!entry) return null
    noteUse(entry)
    const { tokenId, scope, server } = entry
    return { tokenId, scope, server }
  }

  return {
    find,
    async verify(token) {
      const holder = await find(token)
      if (holder) return holder
      const [row] = await readValidTokens(db, hashToken(token))
      if (!row) return null
      const { token_hash, ...found } = row
      const entry = { ...found, useNotedAt: Number.NEGATIVE_INFINITY }
      known.set(token_hash.toString('base64'), entry)
      noteUse(entry)
      return found
    },
    async settled() {
      await Promise.all(writes)
    },
  }
}

async function readValidTokens(
  db: Kysely<DB>,
  hash?: Buffer,
): Promise<(TokenHolder & { token_hash: Buffer })[]> {
  const rows = await db
    .selectFrom('ingest_tokens')
    .leftJoin('game_servers', 'game_servers.server_id', 'ingest_tokens.server_id')
    .select(['token_id', 'token_hash', 'scope', 'game_servers.server_id', 'name', 'timezone'])
    .where('revoked_at', 'is', null)
    .$if(hash !== undefined, query => query.where('token_hash', '=', hash ?? Buffer.alloc(0)))
    .execute()
  return rows.map(({ token_id, token_hash, scope, server_id, name, timezone }) => ({
    tokenId: token_id,
    token_hash,
    scope,
    server:
      server_id === null || name === null || timezone === null
        ? null
        : { serverId: server_id, name, timezone },
  }))
}
