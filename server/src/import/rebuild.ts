import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { regroupSessions } from '../session/regroup-sessions.ts'
import { lockServer } from './lock-server.ts'
import { rereadFile } from './reread-file.ts'

interface Context {
  db: Kysely<DB>
  sessionGapMinutes: number
}

interface Options {
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

/**
 * Makes every derived row again from the raw bytes, one file and one transaction at a time, so that uploads go on
 * meanwhile and an interrupted rebuild leaves whole rounds. Returns the number of files read. It goes through the same
 * steps as an import: there is one way to a round.
 */
export async function rebuild(
  { db, sessionGapMinutes }: Context,
  { onProgress, signal }: Options = {},
): Promise<{ files: number }> {
  const servers = await db.selectFrom('game_servers').select('server_id').orderBy('server_id').execute()
  const { count } = await db
    .selectFrom('processed_files')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  let done = 0
  for (const { server_id: serverId } of servers) {
    // In the order of the stamps: each round rests on earlier ones only.
    const files = await db
      .selectFrom('processed_files')
      .select('file_id')
      .where('server_id', '=', serverId)
      .orderBy('filename')
      .orderBy('file_id')
      .execute()
    for (const { file_id } of files) {
      signal?.throwIfAborted()
      await db
        .transaction()
        .execute(trx => rereadFile(trx, { serverId, sessionGapMinutes }, file_id, { rewrite: true }))
      done += 1
      onProgress?.(done, Math.max(count, done))
    }
    await db.transaction().execute(async trx => {
      await lockServer(trx, serverId)
      await regroupSessions(trx, serverId, sessionGapMinutes, null)
    })
  }
  return { files: done }
}
