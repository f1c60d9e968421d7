import type { FileProblem, Warning } from '@debrief/shared'
import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { ENDSTATS_REACH_MS, type EndstatsCandidate, type EndstatsRound } from '../derive/choose-endstats.ts'
import type { DerivedAward, DerivedDuel, RoundPlayer } from '../derive/derive-endstats.ts'

/** A valid file of awards as the database holds it. */
export interface StoredEndstats extends EndstatsCandidate {
  content: Buffer
  /** Where its awards stand now. */
  roundId: number | null
  errorCode: FileProblem['code'] | null
  warnings: Warning[]
}

/** A round that a file may belong to, or that holds the awards of one. */
export interface NearRound extends EndstatsRound {
  countsOn: boolean
  players: RoundPlayer[]
  awards: DerivedAward[]
  duels: DerivedDuel[]
  openLines: number | null
}

/** The files of awards within `reachMs` of these times, the rounds that these may belong to, and those they are at now. */
export async function loadEndstats(
  trx: Transaction<DB>,
  serverId: number,
  at: readonly Date[],
  reachMs: number,
): Promise<{ files: StoredEndstats[]; rounds: NearRound[] }> {
  const far = `${reachMs} milliseconds`
  const near = `${ENDSTATS_REACH_MS} milliseconds`
  const { rows } = await sql<FileRow & RoundRow>`
    with reached as (select unnest(${at}::timestamptz[]) as at)
    select e.file_id, f.filename, f.sha256, f.content, f.file_modified_at, f.error_code, f.warnings,
      e.map_name, e.round_number, e.written_at, e.later_at, e.line_count, e.text_bytes, e.round_id as placed_at,
      r.round_id, r.ended_at, r.map_name as round_map, r.round_number as round_number_of_round,
      r.base_file_id is not null or r.status = 'awaiting_round_1' as counts_on,
      (select o.open_lines from endstats_files o where o.round_id = r.round_id limit 1) as open_lines,
      (select coalesce(json_agg(json_build_object('guid', p.player_guid, 'cleanName', p.clean_name, 'team', p.team,
        'objectivesStolen', p.objectives_stolen, 'usefulKills', p.most_useful_kills)), '[]')
        from player_comprehensive_stats p where p.round_id = r.round_id) as players,
      (select coalesce(json_agg(to_jsonb(a) - 'round_id' order by a.position), '[]')
        from round_awards a where a.round_id = r.round_id) as awards,
      (select coalesce(json_agg(to_jsonb(d) - 'round_id'), '[]')
        from round_duels d where d.round_id = r.round_id) as duels
    from (
      select distinct e.* from reached join endstats_files e on e.server_id = ${serverId} and (
        e.written_at between at - ${far}::interval and at + ${far}::interval
        or e.later_at <> e.written_at and e.later_at between at - ${far}::interval and at + ${far}::interval)
    ) e
    join processed_files f using (file_id)
    left join rounds r on r.server_id = e.server_id and (
      r.ended_at between e.written_at - ${near}::interval and e.written_at + ${near}::interval
      or r.ended_at between e.later_at - ${near}::interval and e.later_at + ${near}::interval
      or r.round_id = e.round_id)`.execute(trx)
  const files = new Map<number, StoredEndstats>()
  const rounds = new Map<number, NearRound>()
  for (const row of rows) {
    files.set(row.file_id, toFile(row))
    if (row.round_id !== null) rounds.set(row.round_id, toRound(row.round_id, row))
  }
  return { files: [...files.values()], rounds: [...rounds.values()] }
}

interface FileRow {
  file_id: number
  filename: string
  sha256: string
  content: Buffer
  file_modified_at: Date | null
  error_code: FileProblem['code'] | null
  warnings: Warning[]
  map_name: string
  round_number: number
  written_at: Date
  later_at: Date
  line_count: number
  text_bytes: number
  placed_at: number | null
}

/** Of an outer join: only meant where there is a round. */
interface RoundRow {
  round_id: number | null
  ended_at: Date
  round_map: string
  round_number_of_round: number
  counts_on: boolean
  open_lines: number | null
  players: RoundPlayer[]
  awards: DerivedAward[]
  duels: DerivedDuel[]
}

function toFile(row: FileRow): StoredEndstats {
  return {
    fileId: row.file_id,
    filename: row.filename,
    sha256: row.sha256,
    content: row.content,
    mapName: row.map_name,
    roundNumber: row.round_number,
    writtenAt: row.written_at,
    laterAt: row.later_at,
    modifiedAt: row.file_modified_at,
    lines: row.line_count,
    textBytes: row.text_bytes,
    roundId: row.placed_at,
    errorCode: row.error_code,
    warnings: row.warnings,
  }
}

function toRound(roundId: number, row: RoundRow): NearRound {
  return {
    roundId,
    mapName: row.round_map,
    roundNumber: row.round_number_of_round,
    endedAt: row.ended_at,
    countsOn: row.counts_on,
    players: row.players,
    awards: row.awards,
    duels: row.duels,
    openLines: row.open_lines,
  }
}
