import type { Kysely } from 'kysely'
import { answerTo } from '../db/in-transaction.ts'
import type { DB } from '../db/tables.ts'
import type { UploadContext } from './import-context.ts'
import { type ImportedFile, importInto } from './import-file.ts'
import type { ReceivedFile } from './received-file.ts'

/** What importing would do, by doing it and taking it back: no second importer that could tell something else. */
export async function dryRun(
  { db, ...context }: UploadContext & { db: Kysely<DB> },
  received: ReceivedFile,
): Promise<ImportedFile> {
  const trx = await db.startTransaction().execute()
  try {
    const { receipt, duplicate } = await answerTo(trx, await importInto(trx, context, received))
    if (duplicate) return { receipt, duplicate }
    // Numbers of rows that are about to be taken back would lead nowhere.
    const round = receipt.round && { ...receipt.round, id: null, gamingSessionId: null }
    return { receipt: { ...receipt, file: { ...receipt.file, receivedAt: null }, round }, duplicate }
  } finally {
    await trx.rollback().execute()
  }
}
