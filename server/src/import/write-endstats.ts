import { isDeepStrictEqual } from 'node:util'
import type { FileProblem, FileStatus, Warning } from '@debrief/shared'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { type DerivedDuel, type DerivedEndstats, deriveEndstats } from '../derive/derive-endstats.ts'
import { parseEndstatsFile } from '../parse/endstats-file.ts'
import type { NearRound, StoredEndstats } from './load-endstats.ts'

/** The awards and duels that a round is to have, where they are others than it has. */
export interface EndstatsChange {
  round: NearRound
  /** Whose they are; null: the round has none any more. */
  file: StoredEndstats | null
  derived: DerivedEndstats
}

/** What became of a file of awards, where that is new. */
export interface EndstatsVerdict {
  file: StoredEndstats
  /** Where its awards stand; null: nowhere. */
  roundId: number | null
  status: FileStatus
  errorCode: FileProblem['code'] | null
  errorMessage: string | null
  warnings: Warning[]
}

/** What its file says of a round against what the tables say. Null: the same. */
export function changeOfEndstats(round: NearRound, file: StoredEndstats | null): EndstatsChange | null {
  const derived = file ? deriveFrom(file, round) : NOTHING
  const { roundId, awards, duels } = round
  const isSaid =
    isDeepStrictEqual(derived.awards, awards) && isDeepStrictEqual(inOrder(derived.duels), inOrder(duels))
  const isPlaced = file === null || (file.roundId === roundId && round.openLines === derived.openLines)
  return isSaid && isPlaced ? null : { round, file, derived }
}

/** What the tables are to say of awards from now on. */
export interface EndstatsWrites {
  changes: readonly EndstatsChange[]
  verdicts: readonly EndstatsVerdict[]
}

export const NO_ENDSTATS_WRITES: EndstatsWrites = { changes: [], verdicts: [] }

/** Makes the tables say all of it: one statement, and one before where awards or duels must go. */
export async function writeEndstats(trx: Transaction<DB>, writes: EndstatsWrites): Promise<void> {
  await clearOutdated(trx, writes)
  const tables = endstatsTables(writes)
  if (tables.length > 0) await sql`with ${sql.join(tables)} select`.execute(trx)
}

/** By itself: in one statement with the new rows nothing would say which comes first. */
export async function clearOutdated(trx: Transaction<DB>, { changes }: EndstatsWrites): Promise<void> {
  const outdated = idsOf(changes.filter(({ round }) => round.awards.length > 0 || round.duels.length > 0))
  if (outdated.length === 0) return
  await sql`
    with awards as (delete from round_awards where round_id = any(${outdated}::bigint[]))
    delete from round_duels where round_id = any(${outdated}::bigint[])`.execute(trx)
}

/** As common tables, for a statement that does more; none: there is nothing to write. */
export function endstatsTables({ changes, verdicts }: EndstatsWrites): RawBuilder<unknown>[] {
  if (changes.length === 0 && verdicts.length === 0) return []
  const awards = sql`
    insert into round_awards
    select * from json_populate_recordset(null::round_awards, ${rowsOf(changes, 'awards')}::json)`
  const duels = sql`
    insert into round_duels
    select * from json_populate_recordset(null::round_duels, ${rowsOf(changes, 'duels')}::json)`
  const players = sql`
    insert into players
    select * from json_populate_recordset(null::players, ${JSON.stringify(guidsOf(changes))}::json) order by 1
    on conflict (player_guid) do update set guid = excluded.guid where excluded.guid < players.guid`
  const places = sql`
    update endstats_files e
    set round_id = p.round_id, open_lines = case when p.is_read then p.open_lines else e.open_lines end
    from json_to_recordset(${JSON.stringify(placesOf(changes, verdicts))}::json)
      as p (file_id bigint, round_id bigint, open_lines integer, is_read boolean)
    where e.file_id = p.file_id`
  const settled = sql`
    update processed_files f set status = v.status, error_code = v.error_code, error_line = null,
      error_message = v.error_message, warnings = v.warnings, processed_at = now()
    from json_to_recordset(${JSON.stringify(verdicts.map(verdictRow))}::json)
      as v (file_id bigint, status text, error_code text, error_message text, warnings jsonb)
    where f.file_id = v.file_id`
  // Who looks at the round or its session sees that something changed.
  const rounds = sql`
    update rounds set changed_at = now() where round_id = any(${idsOf(changes)}::bigint[])
    returning gaming_session_id`
  const sessions = sql`
    update gaming_sessions set changed_at = now()
    where gaming_session_id in (select gaming_session_id from awarded_rounds)`
  return [
    sql`awards as (${awards})`,
    sql`duels as (${duels})`,
    sql`known_players as (${players})`,
    sql`award_places as (${places})`,
    sql`award_verdicts as (${settled})`,
    sql`awarded_rounds as (${rounds})`,
    sql`awarded_sessions as (${sessions})`,
  ]
}

const NOTHING: DerivedEndstats = { awards: [], duels: [], openLines: 0, guids: [] }

function deriveFrom(file: StoredEndstats, round: NearRound): DerivedEndstats {
  const parsed = parseEndstatsFile(file.content)
  // It was valid when it came, and is not for this version: the next reading anew writes that down.
  return parsed.kind === 'endstats' ? deriveEndstats(parsed.file, round) : NOTHING
}

function inOrder(duels: readonly DerivedDuel[]): DerivedDuel[] {
  const keyOf = ({ player_guid, opponent_guid }: DerivedDuel) => `${player_guid} ${opponent_guid}`
  return [...duels].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function idsOf(changes: readonly EndstatsChange[]): number[] {
  return changes.map(({ round }) => round.roundId)
}

function rowsOf(changes: readonly EndstatsChange[], kind: 'awards' | 'duels'): string {
  return JSON.stringify(
    changes.flatMap(({ round, derived }) => derived[kind].map(row => ({ ...row, round_id: round.roundId }))),
  )
}

/** Of each player once, also where several rounds name him: of several that begin alike, the smallest. */
function guidsOf(changes: readonly EndstatsChange[]): DerivedEndstats['guids'] {
  const guids = new Map<string, DerivedEndstats['guids'][number]>()
  for (const row of changes.flatMap(({ derived }) => derived.guids)) {
    const known = guids.get(row.player_guid)
    if (!known || row.guid < known.guid) guids.set(row.player_guid, row)
  }
  return [...guids.values()]
}

/** Each file once: where its awards stand, and how many of its lines were left open where it was read for that. */
function placesOf(changes: readonly EndstatsChange[], verdicts: readonly EndstatsVerdict[]) {
  const places = verdicts.map(
    ({ file, roundId }) =>
      [
        file.fileId,
        { file_id: file.fileId, round_id: roundId, open_lines: null, is_read: roundId === null },
      ] as const,
  )
  const read = changes.flatMap(({ round, file, derived }) =>
    file === null
      ? []
      : [
          [
            file.fileId,
            { file_id: file.fileId, round_id: round.roundId, open_lines: derived.openLines, is_read: true },
          ] as const,
        ],
  )
  return [...new Map<number, object>([...places, ...read]).values()]
}

function verdictRow({ file, status, errorCode, errorMessage, warnings }: EndstatsVerdict) {
  return { file_id: file.fileId, status, error_code: errorCode, error_message: errorMessage, warnings }
}
