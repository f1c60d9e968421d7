import { type Insertable, type RawBuilder, sql, type Transaction } from 'kysely'
import type { HeldRound } from '../check/held-round.ts'
import type { DB } from '../db/tables.ts'
import type { DerivedPlayer } from '../derive/derive-player.ts'
import type { RoundRow } from './round-row.ts'

/** A round that stands in the tables, and what the database counted of its figures. */
export interface WrittenRound {
  roundId: number
  held: HeldRound
}

/** A new round stretches its session, and dates the change in it. */
export async function insertRound(
  trx: Transaction<DB>,
  row: Insertable<DB['rounds']>,
  players: readonly DerivedPlayer[],
): Promise<WrittenRound> {
  const session = trx
    .updateTable('gaming_sessions')
    .set({
      started_at: sql`least(started_at, ${row.ended_at})`,
      ended_at: sql`greatest(ended_at, ${row.ended_at})`,
      changed_at: sql`now()`,
    })
    .where('gaming_session_id', '=', row.gaming_session_id)
  const round = trx.insertInto('rounds').values(row).returning(REPEATED)
  return insertFigures(trx, sql`session as (${session}), round as (${round})`, players)
}

/**
 * Takes the old figures away and writes the round's own columns; its number and its session stay. Who looks at the
 * session sees that something changed.
 */
export async function replaceRound(
  trx: Transaction<DB>,
  roundId: number,
  row: RoundRow,
  players: readonly DerivedPlayer[],
): Promise<WrittenRound> {
  // By itself: in one statement with the new rows nothing would say which comes first.
  await sql`
    with weapons as (delete from weapon_comprehensive_stats where round_id = ${roundId})
    delete from player_comprehensive_stats where round_id = ${roundId}`.execute(trx)
  const round = trx
    .updateTable('rounds')
    .set({ ...row, changed_at: sql`now()` })
    .where('round_id', '=', roundId)
    .returning([...REPEATED, 'gaming_session_id'])
  const session = sql`
    update gaming_sessions set changed_at = now()
    where gaming_session_id = (select gaming_session_id from round)`
  return insertFigures(trx, sql`round as (${round}), session as (${session})`, players)
}

/**
 * A round and all its rows in one statement: twelve players with fifty figures each are a round trip, not six hundred.
 * What the database has stored of them it counts itself, for the checks. `written`: common tables that write the round
 * itself, one of them `round` with the columns that its players repeat.
 */
async function insertFigures(
  trx: Transaction<DB>,
  written: RawBuilder<unknown>,
  derived: readonly DerivedPlayer[],
): Promise<WrittenRound> {
  const players = derived.map(({ figures }) => figures)
  const weapons = derived.flatMap(player => player.weapons)
  const { rows } = await sql<HeldRound & { roundId: number }>`
    with ${written}, players as (
      insert into player_comprehensive_stats
      select figures.* from round, json_populate_recordset(
        json_populate_record(null::player_comprehensive_stats, row_to_json(round)), ${JSON.stringify(players)}::json
      ) as figures
      returning kills, deaths, damage_given, damage_received
    ), weapons as (
      insert into weapon_comprehensive_stats
      select figures.* from round, json_populate_recordset(
        json_populate_record(null::weapon_comprehensive_stats, row_to_json(round)), ${JSON.stringify(weapons)}::json
      ) as figures
      returning 1
    )
    select (select round_id from round) as "roundId", count(*) as players,
      coalesce(sum(kills), 0) as kills, coalesce(sum(deaths), 0) as deaths,
      sum(damage_given) as "damageGiven", sum(damage_received) as "damageReceived",
      (select count(*) from weapons) as weapons
    from players`.execute(trx)
  const [row] = rows
  if (!row) throw new Error('Writing a round gave no answer.')
  const { roundId, ...held } = row
  return { roundId, held }
}

/** The round's number, and what each of its players repeats. */
const REPEATED = ['round_id', 'round_date', 'map_name', 'round_number'] as const
