import { isDeepStrictEqual } from 'node:util'
import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { type DerivedDuel, type DerivedEndstats, deriveEndstats } from '../derive/derive-endstats.ts'
import { parseEndstatsFile } from '../parse/endstats-file.ts'
import type { NearRound, StoredEndstats } from './load-endstats.ts'

/** Makes the awards and duels of a round say what its file says; null: there is none. Returns whether anything changed. */
export async function writeEndstats(
  trx: Transaction<DB>,
  round: NearRound,
  file: StoredEndstats | null,
): Promise<boolean> {
  const derived = file ? deriveFrom(file, round) : NOTHING
  const { roundId, awards, duels } = round
  const isSaid =
    isDeepStrictEqual(derived.awards, awards) && isDeepStrictEqual(inOrder(derived.duels), inOrder(duels))
  if (isSaid && (file === null || (file.roundId === roundId && round.openLines === derived.openLines)))
    return false
  if (awards.length > 0 || duels.length > 0) await clear(trx, roundId)
  await sql`
    with awards as (
      insert into round_awards
      select * from json_populate_recordset(null::round_awards, ${rowsOf(roundId, derived.awards)}::json)
    ), duels as (
      insert into round_duels
      select * from json_populate_recordset(null::round_duels, ${rowsOf(roundId, derived.duels)}::json)
    ), known as (
      insert into players
      select * from json_populate_recordset(null::players, ${JSON.stringify(derived.guids)}::json) order by 1
      on conflict (player_guid) do update set guid = excluded.guid where excluded.guid < players.guid
    ), placed as (
      update endstats_files set round_id = ${roundId}, open_lines = ${derived.openLines}
      where file_id = ${file?.fileId ?? null}
    ), touched as (
      -- Who looks at the round or its session sees that something changed.
      update rounds set changed_at = now() where round_id = ${roundId} returning gaming_session_id
    )
    update gaming_sessions set changed_at = now()
    where gaming_session_id in (select gaming_session_id from touched)`.execute(trx)
  return true
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

function rowsOf(roundId: number, rows: readonly object[]): string {
  return JSON.stringify(rows.map(row => ({ ...row, round_id: roundId })))
}

async function clear(trx: Transaction<DB>, roundId: number): Promise<void> {
  await sql`
    with awards as (delete from round_awards where round_id = ${roundId})
    delete from round_duels where round_id = ${roundId}`.execute(trx)
}
