import { type FileStatus, type RoundStatus, readFileName, type Stamp } from '@debrief/shared'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { CountsOn, DB, Outcome } from '../db/tables.ts'
import { ENDSTATS_REACH_MS } from '../derive/choose-endstats.ts'
import { COPY_WINDOW_MS } from '../derive/find-copies.ts'
import { LOOK_BACK } from '../derive/place-rounds.ts'
import { byTime, type TimelineFile } from '../derive/timeline-file.ts'
import { parseOnce, readLately } from '../parse/parse-once.ts'

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

/** Parts of one game server's timeline, by time: whole around each of `points`. */
export interface Timeline {
  files: StoredFile[]
  /** Where the timeline changes: files came, went, or moved in time. */
  points: Date[]
}

/**
 * The timeline around whatever hangs on files of these names: all contents of each name, the files that hold the same
 * player lines, and around the time of each of them the rounds just before and behind it, of any map: as many as a file
 * is read with. So an import reads no more files when a map or a day has more. `at`: further points.
 */
export async function loadTimeline(
  trx: Transaction<DB>,
  serverId: number,
  names: readonly string[],
  at: readonly Date[] = [],
): Promise<Timeline> {
  const { rows } = await sql<Row>`
    with named as (
      select filename, lines_digest, player_lines, ended_at from processed_files
      where server_id = ${serverId} and ${isOneOf(names)} and map_name is not null
    ), alike as (
      select filename from named
      union
      select f.filename from processed_files f join named n on n.lines_digest = f.lines_digest
      where f.server_id = ${serverId} and n.player_lines > 0
        and f.ended_at between n.ended_at - ${COPIES_REACH}::interval and n.ended_at + ${COPIES_REACH}::interval
    ), points as (
      select ended_at from processed_files where server_id = ${serverId} and map_name is not null
        and filename in (select filename from alike)
      union select ended_at from rounds where server_id = ${serverId}
        and filename in (select filename from alike)
      ${at.length === 0 ? sql`` : sql`union select unnest(${at}::timestamptz[])`}
    ), near as (
      select r.filename from points p cross join lateral (
        select filename from rounds where server_id = ${serverId} and ended_at <= p.ended_at
        order by ended_at desc limit ${LOOK_BACK + 1}
      ) r
      union all
      select r.filename from points p cross join lateral (
        select filename from rounds where server_id = ${serverId} and ended_at > p.ended_at
        order by ended_at limit ${LOOK_BACK}
      ) r
    ), wanted as (
      select filename, bool_or(is_point) as is_point
      from (select filename, true as is_point from alike union all select filename, false from near) each
      group by filename
    )
    select f.file_id, f.filename, f.sha256, f.file_modified_at, f.received_at, f.ended_at,
      f.player_lines, f.text_bytes, f.status, f.error_code, r.round_id, r.file_id as round_file_id,
      r.base_file_id, r.match_id, r.status as round_status, r.ended_at as round_ended_at, r.outcome,
      r.duration_seconds, r.counts_on, r.rules_version, r.gaming_session_id, w.is_point,
      ${endstatsNear('written_at')} or ${endstatsNear('later_at')} as has_endstats
    from wanted w
    cross join lateral (
      select * from processed_files where server_id = ${serverId} and filename = w.filename and map_name is not null
      ${ONE_BY_ONE}
    ) f
    left join lateral (
      select * from rounds where server_id = ${serverId} and filename = w.filename ${ONE_BY_ONE}
    ) r on true
    where w.is_point or r.file_id = f.file_id
  `.execute(trx)
  const contentOf = await loadContents(trx, rows)
  const files = rows.map(row => toStoredFile(row, contentOf)).filter(file => file !== null)
  const points = rows
    .filter(row => row.is_point)
    .flatMap(row => (row.round_id === null ? [row.ended_at] : [row.ended_at, row.round_ended_at]))
  return { files: files.sort(byTime), points: [...points, ...at] }
}

/**
 * Almost always it is one name. Said as such, the planner finds that its plan of yesterday is as good as any, and does
 * not make one for each import, which takes as long as the reading.
 */
function isOneOf(names: readonly string[]): RawBuilder<boolean> {
  return names.length === 1 ? sql`filename = ${names[0]}` : sql`filename = any(${names})`
}

/**
 * Some thirty names, each by the index: else the planner, which cannot know how few they are, reads whole tables as long
 * as they are small, and some that are not.
 */
const ONE_BY_ONE = sql`offset 0`

/** By the index of that time: an "or" inside would read all awards for each file. */
function endstatsNear(column: 'written_at' | 'later_at'): RawBuilder<boolean> {
  const isIndexed = column === 'later_at' ? sql`and e.later_at <> e.written_at` : sql``
  return sql`exists (
    select from endstats_files e where e.server_id = f.server_id ${isIndexed}
      and ${sql.ref(`e.${column}`)} between least(f.ended_at, r.ended_at) - ${NEAR}::interval
        and greatest(f.ended_at, r.ended_at) + ${NEAR}::interval)`
}

/** The bytes of all: of the running evening they are in memory, so that usually nothing is asked. By sha256. */
async function loadContents(trx: Transaction<DB>, rows: readonly Row[]): Promise<Map<string, Buffer>> {
  const contentOf = new Map<string, Buffer>()
  const missing: number[] = []
  for (const { file_id, sha256 } of rows) {
    const lately = readLately(sha256)
    if (lately) contentOf.set(sha256, lately.content)
    else missing.push(file_id)
  }
  if (missing.length === 0) return contentOf
  const { rows: loaded } = await sql<{ sha256: string; content: Buffer }>`
    select sha256, content from processed_files where file_id = any(${missing}::bigint[])`.execute(trx)
  for (const { sha256, content } of loaded) contentOf.set(sha256, content)
  return contentOf
}

/** A file may turn into the copy of one, and be what a third is the copy of. */
const COPIES_REACH = `${(2 * COPY_WINDOW_MS) / 1000} seconds`

/** Of a round and its awards. */
const NEAR = `${ENDSTATS_REACH_MS} milliseconds`

interface Row {
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
  is_point: boolean
  has_endstats: boolean
}

/** Null: the file was valid when it came, and is not for this version. The next reading anew writes that down. */
function toStoredFile(row: Row, contentOf: ReadonlyMap<string, Buffer>): StoredFile | null {
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

function toStoredRound(roundId: number, row: Row): StoredRound {
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
