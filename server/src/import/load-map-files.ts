import { type FileStatus, type RoundStatus, readFileName, type Stamp } from '@debrief/shared'
import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { COPY_WINDOW_MS } from '../derive/find-copies.ts'
import type { MapFile } from '../derive/map-file.ts'
import { PAIR_WINDOW_MS } from '../derive/pair-rounds.ts'
import { parseOnce } from '../parse/parse-once.ts'

/** A valid stats file as the database holds it, with the round that now stands under its name. */
export interface StoredFile extends MapFile {
  content: Buffer
  modifiedAt: Date | null
  receivedAt: Date
  stamp: Stamp
  playerLines: number
  textBytes: number
  status: FileStatus
  errorCode: string | null
  /** Of this name, made of this or another content of it; null: none. */
  round: StoredRound | null
}

interface StoredRound {
  roundId: number
  fileId: number
  baseFileId: number | null
  matchId: number | null
  status: RoundStatus
  endedAt: Date
}

/**
 * How far a file's arrival can reach: a later file may turn into its copy, and another rest on that one. Nothing
 * earlier changes, but is needed to judge.
 */
const REACH = {
  beforeMs: Math.max(COPY_WINDOW_MS, PAIR_WINDOW_MS),
  afterMs: COPY_WINDOW_MS + PAIR_WINDOW_MS,
}

/**
 * All valid files of one map on one server within reach of `endedAt`, parsed again from their bytes. The name
 * `gamestats_…` does not tell the map, so two contents of one such name may be of different maps: all are here.
 */
export async function loadMapFiles(
  trx: Transaction<DB>,
  serverId: number,
  map: string,
  endedAt: Date,
): Promise<StoredFile[]> {
  const from = new Date(endedAt.getTime() - REACH.beforeMs)
  const to = new Date(endedAt.getTime() + REACH.afterMs)
  const { rows } = await sql<Row>`
    select f.file_id, f.filename, f.sha256, f.content, f.file_modified_at, f.received_at, f.ended_at, f.player_lines, f.text_bytes,
      f.status, f.error_code, r.round_id, r.file_id as round_file_id, r.base_file_id, r.match_id,
      r.status as round_status, r.ended_at as round_ended_at
    from processed_files f
    left join rounds r on r.server_id = f.server_id and r.filename = f.filename
    where f.server_id = ${serverId} and f.ended_at between ${from} and ${to} and (
      f.map_name = ${map} or f.map_name is not null and f.filename like 'gamestats\\_%' and exists (
        select from processed_files o
        where o.server_id = f.server_id and o.filename = f.filename and o.map_name = ${map}
      )
    )
    order by f.ended_at, f.filename`.execute(trx)
  return rows.map(toStoredFile).filter(file => file !== null)
}

interface Row {
  file_id: number
  filename: string
  sha256: string
  content: Buffer
  file_modified_at: Date | null
  received_at: Date
  ended_at: Date
  player_lines: number
  text_bytes: number
  status: FileStatus
  error_code: string | null
  round_id: number | null
  round_file_id: number
  base_file_id: number | null
  match_id: number | null
  round_status: RoundStatus
  round_ended_at: Date
}

/** Null: the file was valid when it came, and is not for this version. `debrief rebuild` writes that down. */
function toStoredFile(row: Row): StoredFile | null {
  const verdict = readFileName(row.filename)
  if (verdict.kind !== 'round') return null
  const file = parseOnce(row.sha256, row.content)
  if (!file) return null
  return {
    fileId: row.file_id,
    filename: row.filename,
    sha256: row.sha256,
    content: row.content,
    modifiedAt: row.file_modified_at,
    receivedAt: row.received_at,
    stamp: verdict.stamp,
    endedAt: row.ended_at,
    playerLines: row.player_lines,
    textBytes: row.text_bytes,
    status: row.status,
    errorCode: row.error_code,
    file,
    round:
      row.round_id === null
        ? null
        : {
            roundId: row.round_id,
            fileId: row.round_file_id,
            baseFileId: row.base_file_id,
            matchId: row.match_id,
            status: row.round_status,
            endedAt: row.round_ended_at,
          },
  }
}
