import type { Receipt } from '@debrief/shared'
import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'

export type StoredReceipt = Omit<Receipt, 'duplicate' | 'tookMs'>

/** The receipt of a file as the tables say it now: what follows from it may have changed since it came. */
export async function readReceipt(db: Kysely<DB>, fileId: number): Promise<StoredReceipt> {
  const row = await db
    .selectFrom('processed_files as f')
    .leftJoin('rounds as r', 'r.file_id', 'f.file_id')
    .select(['f.filename', 'f.sha256', 'f.bytes', 'f.received_at', 'f.status as file_status', 'f.error_code'])
    .select(['f.error_message', 'f.error_line', 'f.warnings', 'r.round_id', 'r.map_name', 'r.round_number'])
    .select(['r.ended_at', 'r.gaming_session_id', 'r.player_count', 'r.weapon_row_count', 'r.status'])
    .where('f.file_id', '=', fileId)
    .executeTakeFirstOrThrow(() => new Error(`The file ${fileId} is not in the database.`))
  return {
    status: row.file_status,
    file: {
      name: row.filename,
      sha256: row.sha256,
      bytes: row.bytes,
      receivedAt: row.received_at.toISOString(),
    },
    round:
      row.round_id === null || row.map_name === null || row.ended_at === null || row.status === null
        ? null
        : {
            id: row.round_id,
            map: row.map_name,
            roundNumber: row.round_number ?? 1,
            endedAt: row.ended_at.toISOString(),
            gamingSessionId: row.gaming_session_id,
            players: row.player_count ?? 0,
            weapons: row.weapon_row_count ?? 0,
            status: row.status,
          },
    warnings: row.warnings,
    ...(row.error_code === null
      ? {}
      : { problem: { code: row.error_code, line: row.error_line, detail: row.error_message ?? '' } }),
  }
}
