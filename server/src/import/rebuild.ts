import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { enqueue } from '../outbox/enqueue.ts'
import { regroupSessions } from '../session/regroup-sessions.ts'
import { removeRound } from '../session/remove-round.ts'
import type { ImportContext } from './import-context.ts'
import { lockServer } from './lock-server.ts'
import { placeRound } from './place-round.ts'
import { readDelivery } from './read-delivery.ts'
import type { ReceivedFile } from './received-file.ts'
import { settleTimes, stampedAt } from './settle-times.ts'

interface Deps {
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
  { db, sessionGapMinutes }: Deps,
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
      await db.transaction().execute(trx => rebuildFile(trx, { serverId, sessionGapMinutes }, file_id))
      done += 1
      onProgress?.(done, Math.max(count, done))
    }
    await db.transaction().execute(async trx => {
      await lockServer(trx, serverId)
      await regroupSessions(trx, serverId, sessionGapMinutes)
    })
  }
  return { files: done }
}

async function rebuildFile(trx: Transaction<DB>, context: ImportContext, fileId: number): Promise<void> {
  const timezone = await lockServer(trx, context.serverId)
  const row = await trx
    .selectFrom('processed_files')
    .select(['filename', 'content', 'source', 'file_modified_at', 'map_name', 'ended_at', 'error_code'])
    .where('file_id', '=', fileId)
    .executeTakeFirstOrThrow()
  // An unusable name is stored in another form than it was sent, so it cannot be judged again.
  if (row.error_code === 'bad_file_name') return

  const received = readDelivery({ ...row, name: row.filename, modifiedAt: row.file_modified_at })
  await rereadFile(trx, fileId, received, stampedAt(received, timezone))
  if (received.kind === 'round') {
    for (const { map, from } of await settleTimes(trx, context.serverId, timezone, received)) {
      await enqueue(trx, await placeRound(trx, context, map, from, id => id === fileId))
    }
  }
  const wasAnotherMap = received.kind !== 'round' || received.file.header.map !== row.map_name
  if (row.map_name !== null && row.ended_at !== null && wasAnotherMap) {
    const stale = await trx
      .selectFrom('rounds')
      .select('round_id')
      .where('file_id', '=', fileId)
      .where('map_name', '=', row.map_name)
      .executeTakeFirst()
    if (stale) await removeRound(trx, stale.round_id)
    await enqueue(trx, await placeRound(trx, context, row.map_name, row.ended_at, () => false))
  }
}

/** Writes what this version's parser says of the bytes; placing sets the verdict of rounds. */
async function rereadFile(
  trx: Transaction<DB>,
  fileId: number,
  received: ReceivedFile,
  endedAt: Date | null,
): Promise<void> {
  if (received.kind !== 'round') {
    const { problem, kind } = received
    await trx
      .updateTable('processed_files')
      .set({
        status: kind === 'rejected' ? 'rejected' : 'ignored',
        error_code: problem.code,
        error_message: problem.detail,
        error_line: problem.line,
        warnings: '[]',
        map_name: null,
        round_number: null,
        ended_at: null,
        player_lines: null,
        text_bytes: null,
        lines_digest: null,
        processed_at: sql`now()`,
      })
      .where('file_id', '=', fileId)
      .execute()
    return
  }
  const { file } = received
  await trx
    .updateTable('processed_files')
    .set({
      map_name: file.header.map,
      round_number: file.header.roundNumber,
      ended_at: endedAt,
      player_lines: file.players.length,
      text_bytes: file.textBytes,
      lines_digest: file.linesDigest,
      // A file that was rejected by an earlier version becomes a round; ignored ones are judged by placing.
      status: sql`case status when 'rejected' then 'imported' else status end`,
      error_code: sql`case status when 'rejected' then null else error_code end`,
      error_message: sql`case status when 'rejected' then null else error_message end`,
      error_line: null,
      warnings: '[]',
    })
    .where('file_id', '=', fileId)
    .execute()
}
