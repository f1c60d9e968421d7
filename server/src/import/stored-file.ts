import { type FileStatus, type RoundStatus, readFileName, type Stamp } from '@debrief/shared'
import type { CountsOn, Outcome } from '../db/tables.ts'
import type { TimelineFile } from '../derive/timeline-file.ts'
import { parseOnce } from '../parse/parse-once.ts'

/** A valid stats file as the database holds it, with the round that now stands under its name. */
export interface StoredFile extends TimelineFile {
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
  /** Awards were written near its time, or near that of its round. */
  hasEndstats: boolean
}

interface StoredRound {
  roundId: number
  fileId: number
  baseFileId: number | null
  matchId: number | null
  status: RoundStatus
  outcome: Outcome | null
  durationSeconds: number | null
  countsOn: CountsOn | null
  rulesVersion: number | null
  gamingSessionId: number
  endedAt: Date
}

/** The file, and the round of its name. */
export interface StoredFileRow {
  file_id: number
  filename: string
  sha256: string
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
  outcome: Outcome | null
  duration_seconds: number | null
  counts_on: CountsOn | null
  rules_version: number | null
  gaming_session_id: number
  has_endstats: boolean
}

/** Null: the file was valid when it came, and is not for this version. The next reading anew writes that down. */
export function toStoredFile(row: StoredFileRow, contentOf: ReadonlyMap<string, Buffer>): StoredFile | null {
  const verdict = readFileName(row.filename)
  const content = contentOf.get(row.sha256)
  if (verdict.kind !== 'round' || !content) return null
  const parsed = parseOnce(row.sha256, content)
  if (parsed.kind !== 'round') return null
  return {
    fileId: row.file_id,
    filename: row.filename,
    sha256: row.sha256,
    content,
    modifiedAt: row.file_modified_at,
    receivedAt: row.received_at,
    stamp: verdict.stamp,
    endedAt: row.ended_at,
    playerLines: row.player_lines,
    textBytes: row.text_bytes,
    status: row.status,
    errorCode: row.error_code,
    file: parsed.file,
    round: row.round_id === null ? null : toStoredRound(row.round_id, row),
    hasEndstats: row.has_endstats,
  }
}

function toStoredRound(roundId: number, row: StoredFileRow): StoredRound {
  return {
    roundId,
    fileId: row.round_file_id,
    baseFileId: row.base_file_id,
    matchId: row.match_id,
    status: row.round_status,
    outcome: row.outcome,
    durationSeconds: row.duration_seconds,
    countsOn: row.counts_on,
    rulesVersion: row.rules_version,
    gamingSessionId: row.gaming_session_id,
    endedAt: row.round_ended_at,
  }
}
