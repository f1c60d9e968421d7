import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import type { GameServer } from '../game-server.ts'
import { hashToken } from './hash-token.ts'

export interface TokenVerifier {
  /** The game server of a valid token; null for a wrong or revoked one. Throws when the database is away. */
  verify(token: string): Promise<GameServer | null>
  /** Whether this token was valid when it was last looked at: an honest sender, whom no limit may stop. */
  isTrusted(token: string): boolean
  /** Waits for what is still being written. */
  settled(): Promise<void>
}

/** Saves a query per upload, and ends with a revocation within this time. */
const REMEMBERED_MS = 5_000
const USE_NOTED_MS = 60_000

interface Known {
  server: GameServer
  tokenId: number
  checkedAt: number
  useNotedAt: number
}

/** Tells whose a token is. Only hashes are compared, by an index: the time it takes tells nothing about tokens. */
export function tokenVerifier({
  db,
  now = () => performance.now(),
}: {
  db: Kysely<DB>
  now?: () => number
}): TokenVerifier {
  // Holds valid tokens only, so its size is bounded by the tokens that were given out.
  const known = new Map<string, Known>()
  const writes = new Set<Promise<unknown>>()

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

  return {
    async verify(token) {
      const hash = hashToken(token)
      const key = hash.toString('base64')
      const remembered = known.get(key)
      if (remembered && now() - remembered.checkedAt < REMEMBERED_MS) {
        noteUse(remembered)
        return remembered.server
      }
      const row = await findValidToken(db, hash)
      if (!row) {
        known.delete(key)
        return null
      }
      const entry: Known = {
        server: { serverId: row.server_id, name: row.name, timezone: row.timezone },
        tokenId: row.token_id,
        checkedAt: now(),
        useNotedAt: remembered?.useNotedAt ?? Number.NEGATIVE_INFINITY,
      }
      known.set(key, entry)
      noteUse(entry)
      return entry.server
    },
    isTrusted: token => known.has(hashToken(token).toString('base64')),
    async settled() {
      await Promise.all(writes)
    },
  }
}

function findValidToken(db: Kysely<DB>, hash: Buffer) {
  return db
    .selectFrom('ingest_tokens')
    .innerJoin('game_servers', 'game_servers.server_id', 'ingest_tokens.server_id')
    .select(['token_id', 'game_servers.server_id', 'name', 'timezone'])
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
}
