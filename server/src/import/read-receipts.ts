import type { Receipt } from '@debrief/shared'
import type { Kysely, Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { UploadContext } from './import-context.ts'

/** `tookMs` is what the import took when the file first came; files that older versions imported have none. */
export type StoredReceipt = Omit<Receipt, 'tookMs'> & { tookMs?: number }

/**
 * Receipts as the tables say them now, newest first: what follows from a file may have changed since it came. They are
 * those of one file, or of the newest of a game server.
 */
export async function readReceipts(
  db: Kysely<DB>,
  which: { fileId: number } | { serverId: number; limit: number },
): Promise<StoredReceipt[]> {
  const files = db
    .selectFrom('processed_files as f')
    .leftJoin('rounds as r', 'r.file_id', 'f.file_id')
    .select(['f.filename', 'f.sha256', 'f.bytes', 'f.received_at', 'f.status as file_status', 'f.error_code'])
    .select(['f.error_message', 'f.error_line', 'f.warnings', 'f.took_ms', 'r.round_id', 'r.map_name'])
    .select(['r.round_number', 'r.ended_at', 'r.gaming_session_id', 'r.player_count', 'r.weapon_row_count'])
    .select(['r.status', 'r.rules_version'])
  const rows =
    'fileId' in which
      ? await files.where('f.file_id', '=', which.fileId).execute()
      : await files
          .where('f.server_id', '=', which.serverId)
          .orderBy('f.received_at', 'desc')
          .orderBy('f.file_id', 'desc')
          .limit(which.limit)
          .execute()
  return rows.map(row => ({
    status: row.file_status,
    duplicate: false,
    file: {
      name: row.filename,
      sha256: row.sha256,
      bytes: row.bytes,
      receivedAt: row.received_at.toISOString(),
    },
    round: toRound(row),
    warnings: row.warnings,
    ...(row.error_code && {
      problem: { code: row.error_code, line: row.error_line, detail: row.error_message ?? '' },
    }),
    ...(row.took_ms !== null && { tookMs: row.took_ms }),
  }))
}

/** Keeps who brought a new file, and what its import took. */
export async function noteDelivery(
  trx: Transaction<DB>,
  fileId: number,
  { sender, startedAt }: UploadContext,
): Promise<void> {
  await trx
    .updateTable('processed_files')
    .set({
      took_ms: Math.round(performance.now() - startedAt),
      token_id: sender?.tokenId ?? null,
      sent_from: sender?.address ?? null,
    })
    .where('file_id', '=', fileId)
    .execute()
}

type Joined<Row> = { [Column in keyof Row]: Row[Column] | null }

/** Of an outer join: all of a round, or nothing of it. */
function toRound(
  round: Joined<{
    round_id: number
    map_name: string
    round_number: number
    ended_at: Date
    gaming_session_id: number
    player_count: number
    weapon_row_count: number
    status: NonNullable<Receipt['round']>['status']
    rules_version: number | null
  }>,
): Receipt['round'] {
  if (round.round_id === null) return null
  return {
    id: round.round_id,
    map: known(round.map_name),
    roundNumber: known(round.round_number),
    endedAt: known(round.ended_at).toISOString(),
    gamingSessionId: known(round.gaming_session_id),
    players: known(round.player_count),
    weapons: known(round.weapon_row_count),
    status: known(round.status),
    rulesVersion: round.rules_version,
  }
}

function known<T>(value: T | null): T {
  if (value === null) throw new Error('A round without one of its columns, which are not null.')
  return value
}
