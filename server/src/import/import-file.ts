import type { Kysely, Transaction } from 'kysely'
import { inOrder, inTransaction, type Statement } from '../db/in-transaction.ts'
import type { DB } from '../db/tables.ts'
import { likeliestTime, stampTime } from '../derive/stamp-time.ts'
import type { OutboxEvent } from '../outbox/enqueue.ts'
import type { UploadContext } from './import-context.ts'
import { loadTimeline } from './load-timeline.ts'
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
  return inTransaction(db, trx => importInto(trx, context, received))
}

/**
 * THE TRANSACTION, but for its last statement, which answers with the receipt. The rows are a function of the set of
 * files received: not of their order, not of how often each came, not of who sent it.
 */
export async function importInto(
  trx: Transaction<DB>,
  context: UploadContext,
  received: ReceivedFile,
): Promise<Statement<ImportedFile>> {
  const { serverId, timezone } = context
  const time = 'stamp' in received ? stampTime(received.stamp, timezone) : null
  const endedAt = time && received.kind === 'round' ? likeliestTime(time, received.modifiedAt) : null
  // Asked together: what is near a file is looked up behind its own row, while nobody waits for that.
  const [{ kind, fileId }, timeline] = await inOrder(
    recordFile(trx, context, received, endedAt),
    received.kind === 'round' ? loadTimeline(trx, serverId, [received.filename]) : NO_TIMELINE,
  )

  const events: OutboxEvent[] = []
  let awards = NO_ENDSTATS_WRITES
  if (time && received.kind === 'endstats' && kind !== 'known') {
    events.push(...(await recordEndstats(trx, serverId, fileId, received, time)))
  }
  if (time && received.kind === 'round' && kind !== 'known') {
    // Usually its own name alone; in the night that a clock change repeats an hour, its neighbours' too, which moved.
    const names = await settleTimes(trx, context, received.filename, time)
    const placed = await placeAnew(trx, context, names, {
      rewrite: fileId,
      timeline: names.length === 1 ? timeline : null,
    })
    events.push(...placed.events)
    awards = placed.writes
  }
  if (received.kind === 'rejected' && kind === 'new') {
    const payload = { fileId, code: received.problem.code }
    events.push({ kind: 'file_rejected', subject: `file ${fileId}`, payload })
  }
  const tookMs = kind === 'new' ? Math.round(performance.now() - context.startedAt) : null
  const { query, read } = await closeImport(trx, fileId, { tookMs, events, awards })
  return { query, read: rows => ({ receipt: read(rows), duplicate: kind !== 'new' }) }
}

const NO_TIMELINE = Promise.resolve(null)
