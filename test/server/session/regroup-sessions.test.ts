import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import t from 'tap'
import type { DB } from '../../../server/src/db/tables.ts'
import { regroupSessions, type Stretch } from '../../../server/src/session/regroup-sessions.ts'
import { removeRound } from '../../../server/src/session/remove-round.ts'
import { gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const GAP_MINUTES = 60
const START = Date.parse('2026-05-01T18:00:00Z')
const at = (minute: number) => new Date(START + minute * 60_000)

/** Rounds at these minutes, each in a session of its own until they are grouped. Returns their numbers. */
async function writeRounds(db: Kysely<DB>, serverId: number, minutes: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ round_id: number }>`
    with wanted as (
      select n, ${at(0)}::timestamptz + minute * interval '1 minute' as ended_at, 'round ' || n as filename
      from unnest(${minutes}::int[]) with ordinality wanted (minute, n)
    ), sessions as (
      insert into gaming_sessions (gaming_session_id, server_id, started_at, ended_at)
      select n, ${serverId}, ended_at, ended_at from wanted
    ), files as (
      insert into processed_files (server_id, filename, sha256, bytes, content, source, status)
      select ${serverId}, filename, repeat('0', 64), 0, '', 'agent', 'imported' from wanted
      returning file_id, filename
    )
    insert into rounds (server_id, file_id, filename, round_date, round_time, ended_at, map_name, round_number,
      host_name, gaming_session_id, status, format_variant, player_count, weapon_row_count)
    select ${serverId}, file_id, filename, ended_at::date, ended_at::time, ended_at, 'supply', 1, 'test', n, 'complete',
      '37-tab', 0, 0
    from wanted join files using (filename) order by n returning round_id`.execute(db)
  await sql`update counters set value = ${minutes.length} where name = 'gaming_session'`.execute(db)
  await regroup(db, serverId, null)
  return rows.map(row => row.round_id)
}

function regroup(db: Kysely<DB>, serverId: number, stretch: Stretch | null): Promise<void> {
  return db.transaction().execute(trx => regroupSessions(trx, serverId, GAP_MINUTES, stretch))
}

/** Every session with its bounds and its rounds; without its number. */
async function sessions(db: Kysely<DB>): Promise<unknown[]> {
  const { rows } = await sql<{ session: unknown }>`
    select json_build_array(started_at, ended_at,
      (select array_agg(filename order by filename) from rounds r where r.gaming_session_id = s.gaming_session_id)
    ) as session from gaming_sessions s order by started_at, ended_at`.execute(db)
  return rows.map(row => row.session)
}

async function forgetAll(db: Kysely<DB>): Promise<void> {
  for (const table of ['rounds', 'processed_files', 'gaming_sessions'] as const)
    await db.deleteFrom(table).execute()
}

interface Change {
  round: number
  /** Minutes that it moves by; null: it goes. */
  by: number | null
}

const CHANGES = fc.array(
  fc.record({
    round: fc.nat(30),
    by: fc.option(fc.constantFrom(-90, -61, -60, -30, 30, 60, 61, 90), { nil: null }),
  }),
  { minLength: 1, maxLength: 4 },
)

/** As an import does it, which knows from where and to where. */
async function change(
  db: Kysely<DB>,
  rounds: readonly number[],
  minutes: readonly number[],
  changes: readonly Change[],
): Promise<Stretch> {
  const times: number[] = []
  const changed = new Set<number>()
  for (const { round, by } of changes) {
    const index = round % rounds.length
    const [id, minute] = [rounds[index] ?? 0, minutes[index] ?? 0]
    if (changed.has(id)) continue
    changed.add(id)
    times.push(minute, minute + (by ?? 0))
    if (by === null) await db.transaction().execute(trx => removeRound(trx, id))
    else
      await db
        .updateTable('rounds')
        .set({ ended_at: at(minute + by) })
        .where('round_id', '=', id)
        .execute()
  }
  return { from: at(Math.min(...times)), to: at(Math.max(...times)) }
}

t.test('to group the sessions near a change anew is to group them all', async t => {
  const { db } = await testDatabase(t)
  const { serverId } = await gameServer(db)
  await fc.assert(
    fc.asyncProperty(
      // Pauses around the gap, so that one round more or less joins and parts evenings.
      fc.array(fc.constantFrom(10, 30, 59, 60, 61, 100, 300), { minLength: 1, maxLength: 16 }),
      CHANGES,
      async (pauses, changes) => {
        await forgetAll(db)
        let minute = 0
        const minutes = pauses.map(pause => (minute += pause))
        const rounds = await writeRounds(db, serverId, minutes)
        await regroup(db, serverId, await change(db, rounds, minutes, changes))
        const near = await sessions(db)
        await regroup(db, serverId, null)
        t.strictSame(near, await sessions(db))
      },
    ),
    { numRuns: 60 },
  )
})

t.test('a round that goes costs no look at the evenings of other years', async t => {
  const { db } = await testDatabase(t)
  const { serverId } = await gameServer(db)
  const minutes = Array.from({ length: 120 }, (_, index) => Math.floor(index / 4) * 1_440 + (index % 4) * 20)
  const rounds = await writeRounds(db, serverId, minutes)
  let read = 0
  let statements = 0
  const counting = db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      statements += 1
      read += result.rows.length
      return result
    },
  })
  const stretch = await change(db, rounds, minutes, [{ round: 61, by: null }])
  await regroup(counting, serverId, stretch)
  t.equal(read, 3, 'the other rounds of its evening')
  t.equal(statements, 2, 'which is as it was')
})
