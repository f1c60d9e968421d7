import type { FileStatus, Receipt } from '@debrief/shared'
import { type InferResult, type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Statement } from '../db/in-transaction.ts'
import type { DB } from '../db/tables.ts'
import { insertEvents, notifyOf, type OutboxEvent } from '../outbox/enqueue.ts'
import { clearOutdated, type EndstatsWrites, endstatsTables } from './write-endstats.ts'

/** `tookMs` is what the import took when the file first came; files that older versions imported have none. */
export type StoredReceipt = Omit<Receipt, 'tookMs'> & { tookMs?: number }

/** The newest receipts of a game server, as the tables say them now: what follows from a file may have changed since. */
export async function readReceipts(
  db: Kysely<DB>,
  serverId: number,
  limit: number,
): Promise<StoredReceipt[]> {
  const rows = await db
    .with('f', files =>
      files
        .selectFrom('processed_files')
        .select(FILE_COLUMNS)
        .where('server_id', '=', serverId)
        .orderBy('received_at', 'desc')
        .orderBy('file_id', 'desc')
        .limit(limit),
    )
    .selectFrom('f')
    .leftJoin('rounds as r', join => join.on('r.round_id', '=', ROUND_OF_FILE))
    .select(RECEIPT_COLUMNS)
    .orderBy('f.received_at', 'desc')
    .orderBy('f.file_id', 'desc')
    .execute()
  return rows.map(toReceipt)
}

/** The last that an import writes. */
interface Closing {
  /** Kept with the file; null: it was here before. */
  tookMs: number | null
  /** What to tell the world. */
  events: readonly OutboxEvent[]
  /** Of other files than this one. */
  awards: EndstatsWrites
}

/**
 * The last statement of an import, which also reads its receipt; one is asked before where awards or duels must go. A
 * row is written once in a statement, so the awards are those of other files.
 */
export async function closeImport(
  trx: Transaction<DB>,
  fileId: number,
  { tookMs, events, awards }: Closing,
): Promise<Statement<StoredReceipt>> {
  await clearOutdated(trx, awards)
  const file = trx
    .updateTable('processed_files')
    .set(eb => ({ took_ms: eb.fn.coalesce(eb.val(tookMs), 'took_ms') }))
    .where('file_id', '=', fileId)
    .returning(FILE_COLUMNS)
  const receipt = trx
    .withTables<{ f: Pick<DB['processed_files'], (typeof FILE_COLUMNS)[number]> }>()
    .selectFrom('f')
    .leftJoin('rounds as r', join => join.on('r.round_id', '=', ROUND_OF_FILE))
    .select(RECEIPT_COLUMNS)
    .select(notifyOf('told').as('notified'))
  const tables = [...endstatsTables(awards), sql`told as (${insertEvents(trx, events)})`, sql`f as (${file})`]
  return {
    query: sql`with ${sql.join(tables)} ${receipt}`.compile(trx),
    read([row]) {
      if (!row) throw new Error(`The file ${fileId} is not in the database.`)
      return toReceipt(row as InferResult<typeof receipt>[number])
    },
  }
}

/** The round that a file made; of awards, the one that they belong to. */
const ROUND_OF_FILE = sql<number>`coalesce(
  (select round_id from rounds made where made.file_id = f.file_id),
  (select round_id from endstats_files awards where awards.file_id = f.file_id)
)`

const FILE_COLUMNS = [
  ...(['file_id', 'filename', 'sha256', 'bytes', 'received_at', 'status', 'error_code'] as const),
  ...(['error_message', 'error_line', 'warnings', 'took_ms'] as const),
] as const

const RECEIPT_COLUMNS = [
  ...([
    'f.filename',
    'f.sha256',
    'f.bytes',
    'f.received_at',
    'f.status as file_status',
    'f.error_code',
  ] as const),
  ...(['f.error_message', 'f.error_line', 'f.warnings', 'f.took_ms', 'r.round_id', 'r.map_name'] as const),
  ...(['r.round_number', 'r.ended_at', 'r.gaming_session_id', 'r.player_count'] as const),
  ...(['r.weapon_row_count', 'r.status', 'r.rules_version'] as const),
] as const

type ReceiptRow = Joined<RoundColumns> &
  Pick<Selectable<DB['processed_files']>, 'filename' | 'sha256' | 'bytes' | 'received_at' | 'error_code'> &
  Pick<Selectable<DB['processed_files']>, 'error_message' | 'error_line' | 'warnings' | 'took_ms'> & {
    file_status: FileStatus
  }

function toReceipt(row: ReceiptRow): StoredReceipt {
  return {
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
  }
}

interface RoundColumns {
  round_id: number
  map_name: string
  round_number: number
  ended_at: Date
  gaming_session_id: number
  player_count: number
  weapon_row_count: number
  status: NonNullable<Receipt['round']>['status']
  rules_version: number | null
}

type Joined<Row> = { [Column in keyof Row]: Row[Column] | null }

/** Of an outer join: all of a round, or nothing of it. */
function toRound(round: Joined<RoundColumns>): Receipt['round'] {
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
