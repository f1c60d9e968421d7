import type { Receipt } from '@debrief/shared'
import type { Kysely } from 'kysely'
import type { DB } from './db/tables.ts'
import { dryRun } from './import/dry-run.ts'
import type { Sender } from './import/import-context.ts'
import { importFile } from './import/import-file.ts'
import { readDelivery } from './import/read-delivery.ts'
import type { Delivery } from './import/received-file.ts'
import { ZoneChanged } from './import/record-file.ts'

export interface Upload extends Delivery {
  /** Parse and check, store nothing. */
  dryRun: boolean
  /** Unset: brought by no request. */
  sender?: Sender
}

interface Context {
  db: Kysely<DB>
  /** A longer pause between two rounds begins another gaming session. */
  sessionGapMinutes: number
}

/**
 * The spine: a file comes in, is read, and is imported in one transaction; the receipt says what became of it. Expected
 * outcomes are receipts; it throws when the database is away or we are wrong, and then nothing is stored.
 */
export async function ingest({ db, sessionGapMinutes }: Context, upload: Upload): Promise<Receipt> {
  const startedAt = performance.now()
  const received = readDelivery(upload)
  const context = {
    db,
    serverId: upload.server.serverId,
    sessionGapMinutes,
    startedAt,
    sender: upload.sender ?? null,
  }

  const importInZone = (timezone: string) =>
    upload.dryRun
      ? dryRun({ ...context, timezone }, received)
      : importFile({ ...context, timezone }, received)
  const { receipt, duplicate } = await importInZone(upload.server.timezone).catch(error => {
    if (error instanceof ZoneChanged) return importInZone(error.timezone)
    throw error
  })

  return {
    ...receipt,
    duplicate,
    warnings: [...received.deliveryNotices, ...receipt.warnings],
    tookMs: Math.round(performance.now() - startedAt),
  }
}
