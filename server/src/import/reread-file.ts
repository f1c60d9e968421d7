import { readFileName } from '@debrief/shared'
import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { RULES_VERSION } from '../derive/rules-version.ts'
import { likeliestTime, stampTime } from '../derive/stamp-time.ts'
import { enqueue, type OutboxEvent } from '../outbox/enqueue.ts'
import { removeRound } from '../session/remove-round.ts'
import type { ImportContext } from './import-context.ts'
import { lockServer } from './lock-server.ts'
import { placeAnew } from './place-anew.ts'
import { settleEndstats } from './place-endstats.ts'
import { readDelivery } from './read-delivery.ts'
import type { ReceivedEndstats, ReceivedFile } from './received-file.ts'
import { forgetEndstats, recordEndstats } from './record-endstats.ts'
import { settleTimes } from './settle-times.ts'

/**
 * Reads a stored file again from its bytes, by the rules of this version, and makes its rows and its neighbours' say so.
 * `rewrite` writes its rows even if they stand there already. It goes through the same steps as an import.
 */
export async function rereadFile(
  trx: Transaction<DB>,
  context: ImportContext,
  fileId: number,
  { rewrite }: { rewrite: boolean },
): Promise<void> {
  const { serverId } = context
  const timezone = await lockServer(trx, serverId)
  const row = await trx
    .selectFrom('processed_files')
    .select(['filename', 'content', 'source', 'file_modified_at', 'error_code', 'rules_version'])
    .where('file_id', '=', fileId)
    .executeTakeFirstOrThrow()
  // Another process was here first.
  if (!rewrite && row.rules_version === RULES_VERSION) return
  // An unusable name is stored in another form than it was sent, so it cannot be judged again.
  if (row.error_code === 'bad_file_name') {
    await trx
      .updateTable('processed_files')
      .set({ rules_version: RULES_VERSION })
      .where('file_id', '=', fileId)
      .execute()
    return
  }
  const received = readDelivery({ ...row, name: row.filename, modifiedAt: row.file_modified_at })
  if (received.kind === 'endstats') {
    await storeEndstatsReading(trx, fileId)
    const time = stampTime(received.stamp, timezone)
    await enqueue(trx, await recordEndstats(trx, serverId, fileId, received, time))
    return
  }
  if (readFileName(row.filename).kind === 'endstats') {
    await enqueue(trx, await forgetEndstats(trx, serverId, fileId))
  }
  const time = received.kind === 'round' ? stampTime(received.stamp, timezone) : null
  await storeReading(trx, fileId, received, time && likeliestTime(time, received.modifiedAt))
  if (time) {
    const names = await settleTimes(trx, { serverId, timezone }, received.filename, time)
    const placed = await placeAnew(trx, context, names, rewrite ? { rewrite: fileId } : {})
    await enqueue(trx, await settleEndstats(trx, placed))
  } else {
    await enqueue(trx, await withdrawRound(trx, context, fileId, row.filename))
  }
}

/** Takes away the round of a file that is none by this version's rules, and places what rested on it. */
async function withdrawRound(
  trx: Transaction<DB>,
  context: ImportContext,
  fileId: number,
  filename: string,
): Promise<OutboxEvent[]> {
  const stale = await trx
    .selectFrom('rounds')
    .select(['round_id', 'ended_at'])
    .where('file_id', '=', fileId)
    .executeTakeFirst()
  if (!stale) return []
  await removeRound(trx, stale.round_id)
  const removed = {
    kind: 'round_removed',
    subject: `round ${stale.round_id}`,
    payload: { roundId: stale.round_id },
  } as const
  const placed = await placeAnew(trx, context, [filename], { at: [stale.ended_at] })
  return [removed, ...(await settleEndstats(trx, placed))]
}

/** What was refused, or kept unread, is read now; placing sets the verdict. */
async function storeEndstatsReading(trx: Transaction<DB>, fileId: number): Promise<void> {
  await sql`
    update processed_files set
      status = case when error_code in ('superseded', 'copy_of_round') then status else 'imported' end,
      error_code = case when error_code in ('superseded', 'copy_of_round') then error_code end,
      error_message = case when error_code in ('superseded', 'copy_of_round') then error_message end,
      error_line = null, rules_version = ${RULES_VERSION}
    where file_id = ${fileId}`.execute(trx)
}

/** Writes what this version's parser says of the bytes; placing sets the verdict of rounds. */
async function storeReading(
  trx: Transaction<DB>,
  fileId: number,
  received: Exclude<ReceivedFile, ReceivedEndstats>,
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
        rules_version: RULES_VERSION,
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
      rules_version: RULES_VERSION,
    })
    .where('file_id', '=', fileId)
    .execute()
}
