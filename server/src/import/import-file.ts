import type { Kysely, Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { likeliestTime, stampTime } from '../derive/stamp-time.ts'
import type { OutboxEvent } from '../outbox/enqueue.ts'
import type { UploadContext } from './import-context.ts'
import { placeAnew } from './place-anew.ts'
import { closeImport, type StoredReceipt } from './read-receipts.ts'
import type { ReceivedFile } from './received-file.ts'
import { recordEndstats } from './record-endstats.ts'
import { recordFile } from './record-file.ts'
import { settleTimes } from './settle-times.ts'
import { NO_ENDSTATS_WRITES } from './write-endstats.ts'

export interface ImportedFile {
  receipt: StoredReceipt
  /** These bytes were here before under this name, from this server. */
  duplicate: boolean
}

/** One transaction a file: all that it changes, or nothing. */
export async function importFile(
  { db, ...context }: UploadContext & { db: Kysely<DB> },
  received: ReceivedFile,
): Promise<ImportedFile> {
  return db.transaction().execute(trx => importInto(trx, context, received))
}

/**
 * THE TRANSACTION. The rows are a function of the set of files received: not of their order, not of how often each
 * came, not of who sent it.
 */
export async function importInto(
  trx: Transaction<DB>,
  context: UploadContext,
  received: ReceivedFile,
): Promise<ImportedFile> {
  const { timezone } = context
  const time = 'stamp' in received ? stampTime(received.stamp, timezone) : null
  const endedAt = time && received.kind === 'round' ? likeliestTime(time, received.modifiedAt) : null
  const { kind, fileId } = await recordFile(trx, context, received, endedAt)

  const events: OutboxEvent[] = []
  let awards = NO_ENDSTATS_WRITES
  if (time && received.kind === 'endstats' && kind !== 'known') {
    events.push(...(await recordEndstats(trx, context.serverId, fileId, received, time)))
  }
  if (time && received.kind === 'round' && kind !== 'known') {
    // Usually its own name alone; in the night that a clock change repeats an hour, its neighbours' too.
    const names = await settleTimes(trx, context, received.filename, time)
    const placed = await placeAnew(trx, context, names, { rewrite: fileId })
    events.push(...placed.events)
    awards = placed.writes
  }
  if (received.kind === 'rejected' && kind === 'new') {
    const payload = { fileId, code: received.problem.code }
    events.push({ kind: 'file_rejected', subject: `file ${fileId}`, payload })
  }
  const tookMs = kind === 'new' ? Math.round(performance.now() - context.startedAt) : null
  return { receipt: await closeImport(trx, fileId, { tookMs, events, awards }), duplicate: kind !== 'new' }
}
