import { type Kysely, sql } from 'kysely'
import t from 'tap'
import { seedHistory } from '../../../server/src/bench/seed/seed-history.ts'
import { checkDatabase } from '../../../server/src/check/check-database.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { testDatabase } from '../../support/test-database.ts'

const OPTIONS = { rounds: 70, players: 150, seed: 2, until: new Date('2026-05-08') }

/** All that is derived, but for when it was. */
async function derived(db: Kysely<DB>): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {}
  for (const table of [
    ...['processed_files', 'gaming_sessions', 'rounds', 'player_comprehensive_stats'],
    ...['weapon_comprehensive_stats', 'endstats_files', 'round_awards', 'round_duels', 'players'],
    ...['player_cells', 'player_map_cells', 'player_map_results', 'map_round_cells', 'player_name_cells'],
    ...['record_cells', 'player_award_cells', 'rated_maps', 'counters'],
  ]) {
    const { rows } = await sql<{ row: string }>`
      select (to_jsonb(t) - array['processed_at', 'changed_at'])::text as row from ${sql.table(table)} t order by 1`.execute(
      db,
    )
    tables[table] = rows.map(({ row }) => row)
  }
  return tables
}

t.test('the invented history is what imports would have written', async t => {
  const { db, pool } = await testDatabase(t)
  const steps: string[] = []
  await seedHistory({ db, pool }, { ...OPTIONS, onProgress: (...step) => steps.push(step.join(' ')) })
  t.equal(steps.at(-1), 'sums 4 4')

  const { rows } = await sql<{ rounds: number; people: number; servers: number; awards: number }>`
    select (select count(*) from rounds)::int as rounds, (select count(*) from round_awards)::int as awards,
      (select count(distinct player_guid) from player_cells)::int as people,
      (select count(distinct server_id) from rounds)::int as servers`.execute(db)
  t.match(rows[0], { rounds: 70, people: 150, servers: 4 }, 'everybody has played, on several game servers')
  t.ok(rows[0]?.awards, 'with awards')
  for await (const { filename, warnings } of checkDatabase(db)) t.same(warnings, [], filename)

  const before = await derived(db)
  await rebuild({ db, sessionGapMinutes: 60 })
  t.same(await derived(db), before, 'made again from the files it is the same')
  const numbers = await sql<{ next: number; most: number }>`
    select nextval(pg_get_serial_sequence('rounds', 'round_id'))::int as next, max(round_id)::int as most from rounds`.execute(
    db,
  )
  t.equal(numbers.rows[0]?.next, 71, 'the next round gets the next number')
})

t.test('the same seed is the same history, and a full database is left alone', async t => {
  const [one, other] = [await testDatabase(t), await testDatabase(t)]
  await seedHistory(one, { ...OPTIONS, rounds: 20 })
  await seedHistory(other, { ...OPTIONS, rounds: 20 })
  t.same(await derived(one.db), await derived(other.db))
  await t.rejects(seedHistory(one, OPTIONS), /The database is not empty: it has the game server seed-paris/)
})
