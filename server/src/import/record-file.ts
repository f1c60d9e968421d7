import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { RULES_VERSION } from '../derive/rules-version.ts'
import type { ReceivedFile } from './received-file.ts'

/**
 * - `new`: never received under this name.
 * - `retimed`: received before, but this sender knows an earlier modification time, which may settle when it was.
 * - `known`: received before; nothing is new.
 */
export interface RecordedFile {
  kind: 'new' | 'retimed' | 'known'
  fileId: number
}

/** Keeps the bytes. The row's verdict is final for rejected and unsupported files, and set by placing for rounds. */
export async function recordFile(
  trx: Transaction<DB>,
  serverId: number,
  received: ReceivedFile,
  endedAt: Date | null,
): Promise<RecordedFile> {
  const round = received.kind === 'round' ? received : null
  const problem = received.kind === 'round' ? null : received.problem
  const result = await sql<{ file_id: number; is_new: boolean }>`
    insert into processed_files as f (
      server_id, filename, sha256, bytes, content, source, file_modified_at, status, error_code, error_message,
      error_line, map_name, round_number, ended_at, player_lines, text_bytes, lines_digest, rules_version
    ) values (
      ${serverId}, ${received.filename}, ${received.sha256}, ${received.content.length}, ${received.content},
      ${received.source}, ${received.modifiedAt}, ${STATUS[received.kind]}, ${problem?.code ?? null},
      ${problem?.detail ?? null}, ${problem?.line ?? null}, ${round?.file.header.map ?? null},
      ${round?.file.header.roundNumber ?? null}, ${endedAt}, ${round?.file.players.length ?? null},
      ${round?.file.textBytes ?? null}, ${round?.file.linesDigest ?? null},
      ${RULES_VERSION}
    )
    on conflict (server_id, filename, sha256) do update set file_modified_at = excluded.file_modified_at
      where excluded.file_modified_at < coalesce(f.file_modified_at, 'infinity')
    returning file_id, xmax = 0 as is_new`.execute(trx)
  const row = result.rows[0]
  if (row) return { kind: row.is_new ? 'new' : 'retimed', fileId: row.file_id }

  const known = await trx
    .selectFrom('processed_files')
    .select('file_id')
    .where('server_id', '=', serverId)
    .where('filename', '=', received.filename)
    .where('sha256', '=', received.sha256)
    .executeTakeFirstOrThrow()
  return { kind: 'known', fileId: known.file_id }
}

const STATUS = { round: 'imported', unsupported: 'ignored', rejected: 'rejected' } as const
