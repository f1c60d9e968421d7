import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { RULES_VERSION } from '../derive/rules-version.ts'
import type { UploadContext } from './import-context.ts'
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

/**
 * Keeps the bytes. The row's verdict is final for rejected and unsupported files, and set by placing for others. Imports
 * of one game server follow each other, those of different servers do not wait for each other: the lock is the server's
 * own row, taken in the same statement. Throws where its zone is not `timezone` any more: then `endedAt` is wrong.
 */
export async function recordFile(
  trx: Transaction<DB>,
  { serverId, timezone, sender }: Pick<UploadContext, 'serverId' | 'timezone' | 'sender'>,
  received: ReceivedFile,
  endedAt: Date | null,
): Promise<RecordedFile> {
  const round = received.kind === 'round' ? received : null
  const problem = 'problem' in received ? received.problem : null
  const result = await sql<{ timezone: string; file_id: number | null; is_new: boolean }>`
    with server as (
      select server_id, timezone from game_servers where server_id = ${serverId} for no key update
    ), recorded as (
      insert into processed_files as f (
        server_id, filename, sha256, bytes, content, source, file_modified_at, status, error_code, error_message,
        error_line, map_name, round_number, ended_at, player_lines, text_bytes, lines_digest, rules_version,
        token_id, sent_from
      )
      select server_id, ${received.filename}::text, ${received.sha256}::text, ${received.content.length}::integer,
        ${received.content}::bytea, ${received.source}::text, ${received.modifiedAt}::timestamptz,
        ${STATUS[received.kind]}::text, ${problem?.code ?? null}::text, ${problem?.detail ?? null}::text,
        ${problem?.line ?? null}::integer, ${round?.file.header.map ?? null}::text,
        ${round?.file.header.roundNumber ?? null}::smallint, ${endedAt}::timestamptz,
        ${round?.file.players.length ?? null}::integer, ${round?.file.textBytes ?? null}::integer,
        ${round?.file.linesDigest ?? null}::text, ${RULES_VERSION}::integer,
        ${sender?.tokenId ?? null}::bigint, ${sender?.address ?? null}::text
      from server
      on conflict (server_id, filename, sha256) do update set file_modified_at = excluded.file_modified_at
        where excluded.file_modified_at < coalesce(f.file_modified_at, 'infinity')
      returning file_id, xmax = 0 as is_new
    )
    select timezone, file_id, is_new, ${KEEP_PLANS} from server left join recorded on true`.execute(trx)
  const [row] = result.rows
  if (!row) throw new Error(`The game server ${serverId} is not in the database any more.`)
  if (row.timezone !== timezone) throw new ZoneChanged(row.timezone)
  if (row.file_id !== null) return { kind: row.is_new ? 'new' : 'retimed', fileId: row.file_id }

  const known = await trx
    .selectFrom('processed_files')
    .select('file_id')
    .where('server_id', '=', serverId)
    .where('filename', '=', received.filename)
    .where('sha256', '=', received.sha256)
    .executeTakeFirstOrThrow()
  return { kind: 'known', fileId: known.file_id }
}

/**
 * For the rest of the transaction. To make the plan of what loads the neighbours takes three times as long as to carry
 * it out, and by itself PostgreSQL makes it anew for most files once the tables have grown. A plan that is kept must do
 * for tables of any size: one made while there were a dozen rows would read all of them, also when there are a million.
 */
const KEEP_PLANS = sql`
  set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`

/** An administrator moved the game server to another zone while the file was on its way. */
export class ZoneChanged extends Error {
  readonly timezone: string

  constructor(timezone: string) {
    super(`The game server is in ${timezone} now.`)
    this.timezone = timezone
  }
}

const STATUS = {
  round: 'imported',
  endstats: 'imported',
  unsupported: 'ignored',
  rejected: 'rejected',
} as const
