import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { ENDSTATS_REACH_MS } from '../derive/choose-endstats.ts'
import { COPY_WINDOW_MS } from '../derive/find-copies.ts'
import { LOOK_BACK } from '../derive/place-rounds.ts'
import { byTime } from '../derive/timeline-file.ts'
import { readLately } from '../parse/parse-once.ts'
import { type StoredFile, type StoredFileRow, toStoredFile } from './stored-file.ts'

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
  const filesOf = (named: string) => filesNamed(serverId, sql.ref(`${named}.filename`))
  const roundOf = (named: string) => roundNamed(serverId, sql.ref(`${named}.filename`))
  const { rows } = await sql<Row>`
    with named as (
      select f.* from ${asRows(names)} cross join lateral (${filesOf('n')}) f
    ), alike as (
      select filename from named
      union
      select f.filename from named n cross join lateral (
        select filename from processed_files
        where server_id = ${serverId} and lines_digest = n.lines_digest
          and ended_at between n.ended_at - ${COPIES_REACH}::interval and n.ended_at + ${COPIES_REACH}::interval
        order by ended_at offset 0
      ) f where n.player_lines > 0
    ), points as (
      select f.ended_at from alike a cross join lateral (${filesOf('a')}) f
      union
      select r.ended_at from alike a cross join lateral (${roundOf('a')}) r
      ${at.length === 0 ? sql`` : sql`union select unnest(${at}::timestamptz[])`}
    ), near as (
      select r.filename from points p cross join lateral (
        select filename from rounds where server_id = ${serverId} and ended_at <= p.ended_at
        order by ended_at desc limit ${sql.lit(LOOK_BACK + 1)}
      ) r
      union all
      select r.filename from points p cross join lateral (
        select filename from rounds where server_id = ${serverId} and ended_at > p.ended_at
        order by ended_at limit ${sql.lit(LOOK_BACK)}
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
    cross join lateral (${filesOf('w')}) f
    left join lateral (${roundOf('w')}) r on true
    where w.is_point or r.file_id = f.file_id
  `.execute(trx)
  const contentOf = await loadContents(trx, rows)
  const files = rows.map(row => toStoredFile(row, contentOf)).filter(file => file !== null)
  const points = rows
    .filter(row => row.is_point)
    .flatMap(row => (row.round_id === null ? [row.ended_at] : [row.ended_at, row.round_ended_at]))
  return { files: files.sort(byTime), points: [...points, ...at] }
}

/** As `n`. Usually one: then the planner knows that there is one, and keeps its plan for the next. */
function asRows(names: readonly string[]): RawBuilder<unknown> {
  return names.length === 1
    ? sql`(select ${names[0]}::text as filename) n`
    : sql`unnest(${names}::text[]) n (filename)`
}

/**
 * All contents of a name, and the round of a name, each in the order of its index, and so by no other. A plan is kept
 * that was made while the tables were empty: all indexes that begin with the game server cost the same then, and the
 * planner, which cannot know how few names there are, might take one that reads all of its files for each.
 */
function filesNamed(serverId: number, name: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select * from processed_files where server_id = ${serverId} and filename = ${name} and map_name is not null
    order by sha256 offset 0`
}

function roundNamed(serverId: number, name: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select * from rounds where server_id = ${serverId} and filename between ${name} and ${name}
    order by filename offset 0`
}

/** In the order of that time's index, and so by it. (An "or" inside would read all awards for each file.) */
function endstatsNear(column: 'written_at' | 'later_at'): RawBuilder<boolean> {
  const time = sql.ref(`e.${column}`)
  const isIndexed = column === 'later_at' ? sql`and e.later_at <> e.written_at` : sql``
  return sql`exists (
    select from endstats_files e where e.server_id = f.server_id ${isIndexed}
      and ${time} between least(f.ended_at, r.ended_at) - ${NEAR}::interval
        and greatest(f.ended_at, r.ended_at) + ${NEAR}::interval
    order by ${time} offset 0)`
}

interface Row extends StoredFileRow {
  is_point: boolean
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
