import type { Warning } from '@debrief/shared'
import { sql, type Transaction } from 'kysely'
import { checkRound } from '../check/check-round.ts'
import { type HeldRound, NOTHING_HELD } from '../check/held-round.ts'
import type { DB } from '../db/tables.ts'
import { type DerivedRound, deriveRound } from '../derive/derive-round.ts'
import type { Placement } from '../derive/placement.ts'
import type { RoundSources } from '../derive/round-sources.ts'
import type { RoundFile } from '../parse/round-file.ts'
import { assignSession } from '../session/assign-session.ts'
import type { ImportContext } from './import-context.ts'
import type { StoredFile } from './load-timeline.ts'
import { date, type RoundRow, roundRow } from './round-row.ts'
import { stampNotices } from './stamp-notices.ts'

/**
 * Makes a round's rows say what its file and its neighbours say: the round, its players and weapons, the verdict and
 * the warnings of its file. Returns the round's number.
 */
export async function writeRound(
  trx: Transaction<DB>,
  { serverId, sessionGapMinutes }: ImportContext,
  file: StoredFile,
  placement: Placement,
  files: readonly StoredFile[],
): Promise<number> {
  const isWaiting = placement.status === 'awaiting_round_1'
  const derived: DerivedRound = isWaiting
    ? { players: [], notices: [] }
    : deriveRound(roundSources(file.file, placement))
  const row = roundRow(serverId, file, placement, derived)
  const roundId = file.round
    ? await replaceRound(trx, file.round.roundId, row)
    : await insertRound(trx, row, await assignSession(trx, serverId, file.endedAt, sessionGapMinutes))
  const held = await insertFigures(trx, roundId, file, derived)
  const base = files.find(other => other.fileId === placement.base?.fileId) ?? null
  await finishFile(trx, file, [
    ...file.file.notices,
    ...stampNotices(file),
    ...derived.notices,
    ...checkRound(file, base, derived, isWaiting ? null : held),
  ])
  return roundId
}

export function roundSources(
  file: RoundFile,
  { base, round1, durationSeconds, countsOn }: Placement,
): RoundSources {
  return {
    file,
    base: base && { file: base.file, seconds: countsOn?.base_seconds ?? null },
    round1: round1?.file ?? null,
    durationSeconds,
    isExplained: countsOn !== null,
  }
}

/** A new round stretches its session, and dates the change in it. */
async function insertRound(trx: Transaction<DB>, row: RoundRow, sessionId: number): Promise<number> {
  const { round_id } = await trx
    .with('session', sessions =>
      sessions
        .updateTable('gaming_sessions')
        .set({
          started_at: sql`least(started_at, ${row.ended_at})`,
          ended_at: sql`greatest(ended_at, ${row.ended_at})`,
          changed_at: sql`now()`,
        })
        .where('gaming_session_id', '=', sessionId),
    )
    .insertInto('rounds')
    .values({ ...row, gaming_session_id: sessionId })
    .returning('round_id')
    .executeTakeFirstOrThrow()
  return round_id
}

/**
 * Takes the old figures away and writes the round's own columns; its number and its session stay. Who looks at the
 * session sees that something changed.
 */
async function replaceRound(trx: Transaction<DB>, roundId: number, row: RoundRow): Promise<number> {
  await trx.deleteFrom('weapon_comprehensive_stats').where('round_id', '=', roundId).execute()
  await trx.deleteFrom('player_comprehensive_stats').where('round_id', '=', roundId).execute()
  const { gaming_session_id } = await trx
    .updateTable('rounds')
    .set({ ...row, changed_at: sql`now()` })
    .where('round_id', '=', roundId)
    .returning('gaming_session_id')
    .executeTakeFirstOrThrow()
  await trx
    .updateTable('gaming_sessions')
    .set({ changed_at: sql`now()` })
    .where('gaming_session_id', '=', gaming_session_id)
    .execute()
  return roundId
}

/**
 * All rows of a round in one statement: twelve players with fifty figures each are a round trip, not six hundred. What
 * the database has stored of them it counts itself, for the checks.
 */
async function insertFigures(
  trx: Transaction<DB>,
  roundId: number,
  { stamp, file }: StoredFile,
  derived: DerivedRound,
): Promise<HeldRound> {
  const round = {
    round_id: roundId,
    round_date: date(stamp),
    map_name: file.header.map,
    round_number: file.header.roundNumber,
  }
  const players = derived.players.map(player => ({ ...player.figures, ...round }))
  const weapons = derived.players.flatMap(player =>
    player.weapons.map(weapon => ({ ...weapon, round_id: roundId })),
  )
  if (players.length === 0) return NOTHING_HELD
  const { rows } = await sql<HeldRound>`
    with players as (
      insert into player_comprehensive_stats
      select * from json_populate_recordset(null::player_comprehensive_stats, ${JSON.stringify(players)}::json)
      returning kills, deaths, damage_given, damage_received
    ), weapons as (
      insert into weapon_comprehensive_stats
      select * from json_populate_recordset(null::weapon_comprehensive_stats, ${JSON.stringify(weapons)}::json)
      returning 1
    )
    select count(*) as players, coalesce(sum(kills), 0) as kills, coalesce(sum(deaths), 0) as deaths,
      sum(damage_given) as "damageGiven", sum(damage_received) as "damageReceived",
      (select count(*) from weapons) as weapons
    from players`.execute(trx)
  const [held] = rows
  if (!held) throw new Error(`Counting the rows of round ${roundId} gave no answer.`)
  return held
}

/** The verdict. A file that has just come without a warning stands there as it must already. */
async function finishFile(
  trx: Transaction<DB>,
  file: StoredFile,
  warnings: readonly Warning[],
): Promise<void> {
  const isFresh = file.status === 'imported' && file.round === null
  if (isFresh && warnings.length === 0) return
  await trx
    .updateTable('processed_files')
    .set({
      status: 'imported',
      error_code: null,
      error_message: null,
      warnings: JSON.stringify(warnings),
      processed_at: sql`now()`,
    })
    .where('file_id', '=', file.fileId)
    .execute()
}
