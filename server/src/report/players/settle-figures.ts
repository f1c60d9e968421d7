import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql, type Transaction } from 'kysely'
import { DatabaseAway } from '../../db/database-fault.ts'
import { rowsAsJson } from '../../db/rows-as-json.ts'
import type { DB } from '../../db/tables.ts'
import { loadSessionRows } from '../session-rows.ts'
import { loadJoins } from './joins.ts'
import type { RoundWeapon } from './round-weapon.ts'
import { type SessionCells, SUM_LAYOUT, sessionCells } from './session-cells.ts'
import { ALL_SUMS, areWanted, settleSums, type WantedSums } from './settle-sums.ts'

/** Some 10 ms each: what a reader may be made to wait for. */
const AT_ONCE = 10
const CELL_TABLES = [
  'player_cells',
  'player_map_cells',
  'player_map_results',
  'map_round_cells',
  'player_name_cells',
  'record_cells',
  'player_award_cells',
] as const

/**
 * Sums the sessions whose rounds have changed since, at most a portion of them, newest change first, and what rests on
 * them; returns how many, at least 1 where anything was left to do. One transaction, one snapshot. Where another process
 * is summing it is waited for, and looked again.
 */
export async function settleFigures(db: Kysely<DB>, portion: Portion = {}): Promise<number> {
  const { sums = ALL_SUMS } = portion
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (!(await isUnsettled(db, sums))) return 0
    try {
      // A new transaction each time: one that waited for the lock would see what was before it.
      const settled = await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(trx => settle(trx, portion))
      if (settled !== null) return settled
    } catch (error) {
      // Another process summed the same between our snapshot and our lock.
      if (!(error instanceof DatabaseAway && hasState(error.cause, '40001'))) throw error
    }
    await sleep(PAUSE_MS)
  }
  return 0
}

interface Portion {
  /** Sessions at most. */
  limit?: number
  /** Only those that did not change after this mark. */
  upTo?: number
  /** Of what rests on the sessions only this: what a reader needs. Without: everything. */
  sums?: WantedSums
}

const ATTEMPTS = 100
const PAUSE_MS = 20

async function isUnsettled(db: Kysely<DB>, sums: WantedSums): Promise<boolean> {
  const { rows } = await sql<{ layout: string | null; marked: boolean; read_only: boolean }>`
    select (select layout from sum_layout limit 1) as layout,
      exists (select from unsummed_sessions)
        or exists (select from stale_sums where ${areWanted(sums)}) as marked,
      pg_is_in_recovery() as read_only`.execute(db)
  const [row] = rows
  // A standby shows what the primary has summed.
  return row?.read_only === false && (row.marked || row.layout !== SUM_LAYOUT)
}

function hasState(error: unknown, state: string): boolean {
  return error instanceof Error && 'code' in error && error.code === state
}

/** Null: another process is at it. */
async function settle(
  trx: Transaction<DB>,
  { limit = AT_ONCE, upTo, sums = ALL_SUMS }: Portion,
): Promise<number | null> {
  const { rows } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('debrief.players')) as mine`.execute(trx)
  if (!rows[0]?.mine) return null
  await renewLayout(trx)
  const marks = await sql<{ session: number; marks: number[] }>`
    select gaming_session_id as session, array_agg(mark_id)::float8[] as marks
    from unsummed_sessions group by gaming_session_id
    ${upTo === undefined ? sql`` : sql`having max(mark_id) <= ${upTo}`}
    order by max(mark_id) desc limit ${limit}`.execute(trx)
  if (marks.rows.length > 0) {
    await sumSessions(
      trx,
      marks.rows.map(row => row.session),
    )
    const ids = marks.rows.flatMap(row => row.marks)
    await sql`delete from unsummed_sessions where mark_id = any(${ids}::bigint[])`.execute(trx)
  }
  const hadStale = await settleSums(trx, sums)
  return Math.max(marks.rows.length, hadStale ? 1 : 0)
}

async function sumSessions(trx: Transaction<DB>, sessions: readonly number[]): Promise<void> {
  const mainOf = await loadJoins(trx)
  for (const table of CELL_TABLES) {
    await trx
      .deleteFrom(table)
      .where('gaming_session_id', 'in', [...sessions])
      .execute()
  }
  for (const session of sessions) {
    const cells = await cellsOf(trx, session, mainOf)
    if (cells) await store(trx, cells)
  }
}

/** Null: there is no such session any more. */
async function cellsOf(
  db: Kysely<DB>,
  session: number,
  mainOf: (guid: string) => string,
): Promise<SessionCells | null> {
  const rows = await loadSessionRows(db, session)
  if (!rows) return null
  const { rows: weapons } = await sql<RoundWeapon>`
    select w.round_id, w.player_guid, w.weapon_name, w.kills, w.deaths, w.shots, w.hits, w.headshots
    from weapon_comprehensive_stats w join counted_rounds r using (round_id)
    where r.gaming_session_id = ${session}`.execute(db)
  // Names as the files have them: what is decided about names is applied where they are read.
  const raw = await db
    .selectFrom('player_comprehensive_stats as p')
    .innerJoin('counted_rounds as r', 'r.round_id', 'p.round_id')
    .select(['p.round_id', 'p.player_guid', 'p.player_name', 'p.clean_name'])
    .where('r.gaming_session_id', '=', session)
    .execute()
  const names = new Map(raw.map(row => [`${row.round_id} ${mainOf(row.player_guid)}`, row]))
  const players = rows.players.map(row => {
    const known = names.get(`${row.round_id} ${row.player_guid}`)
    return known ? { ...row, player_name: known.player_name, clean_name: known.clean_name } : row
  })
  return sessionCells({ ...rows, players }, weapons, mainOf)
}

async function store(trx: Transaction<DB>, cells: SessionCells): Promise<void> {
  const put = async (table: string, rows: readonly object[]) => {
    if (rows.length === 0) return
    await sql`insert into ${sql.table(table)}
      select * from jsonb_populate_recordset(null::${sql.table(table)}, ${rowsAsJson(rows)}::jsonb)`.execute(
      trx,
    )
  }
  await put('player_cells', cells.players)
  await put('player_map_cells', cells.maps)
  await put('player_map_results', cells.results)
  await put('map_round_cells', cells.rounds)
  await put('player_name_cells', cells.names)
  await put('record_cells', cells.records)
  await put('player_award_cells', cells.awards)
}

/** Sums in another order than this version's are of no use: all sessions are summed again. */
async function renewLayout(trx: Transaction<DB>): Promise<void> {
  const known = await trx.selectFrom('sum_layout').select('layout').executeTakeFirst()
  if (known?.layout === SUM_LAYOUT) return
  await trx.deleteFrom('sum_layout').execute()
  await trx.insertInto('sum_layout').values({ layout: SUM_LAYOUT }).execute()
  await sql`insert into unsummed_sessions (gaming_session_id)
    select gaming_session_id from gaming_sessions`.execute(trx)
}
