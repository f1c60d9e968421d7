import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'

export interface Quota {
  /** Whether so many bytes more fit in what a game server may keep here. Throws when the database is away. */
  hasRoom(serverId: number, bytes: number): Promise<boolean>
}

/** The sum costs milliseconds for years of rounds; within this time what came is added up here. */
const SUMMED_AGAIN_MS = 60_000

/** How much each game server may keep: a hostile or broken sender must not fill the disk for all others. */
export function createQuota({ db, maxBytes }: { db: Kysely<DB>; maxBytes: number }): Quota {
  const used = new Map<number, { bytes: number; summedAt: number }>()

  async function usage(serverId: number) {
    const known = used.get(serverId)
    if (known && performance.now() - known.summedAt < SUMMED_AGAIN_MS) return known
    const summedAt = performance.now()
    const { bytes } = await db
      .selectFrom('processed_files')
      .select(({ fn }) => fn.sum<number | null>('bytes').as('bytes'))
      .where('server_id', '=', serverId)
      .executeTakeFirstOrThrow()
    const sum = { bytes: Number(bytes ?? 0), summedAt }
    used.set(serverId, sum)
    return sum
  }

  return {
    async hasRoom(serverId, bytes) {
      const sum = await usage(serverId)
      if (sum.bytes + bytes > maxBytes) return false
      sum.bytes += bytes
      return true
    },
  }
}
