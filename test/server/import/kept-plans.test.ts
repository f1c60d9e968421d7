import { pino } from 'pino'
import t from 'tap'
import { sampleHistory } from '../../../server/src/bench/sample-history.ts'
import { openDatabase } from '../../../server/src/db/database.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

interface Plan {
  'Relation Name'?: string
  'Index Cond'?: string
  Plans?: Plan[]
}

/** What a plan finds rows by, of each table that it reads. */
function reads(plan: Plan): [table: string, by: string][] {
  const table = plan['Relation Name']
  return [
    ...(table === undefined ? [] : [[table, plan['Index Cond'] ?? 'everything'] as [string, string]]),
    ...(plan.Plans ?? []).flatMap(reads),
  ]
}

t.test(
  'the plan that an import keeps from when the tables were empty finds what it reads by name or time',
  async t => {
    const { url } = await testDatabase(t)
    const { db, pool, close } = openDatabase({ url, log: pino({ level: 'silent' }), max: 1 })
    t.teardown(close)
    const [early, late] = [sampleHistory(24).slice(0, 12), sampleHistory(24).slice(12)]
    const server = await gameServer(db)
    await deliverAll(db, server, early)
    // What is known of the tables changes: then PostgreSQL thinks again about the plans that it keeps.
    await pool.query('analyze')
    await deliverAll(db, server, late)
    const { rows } = await pool.query<{ name: string; custom_plans: string; nulls: string }>(
      `select name, custom_plans, array_to_string(array_fill('null'::text, array[cardinality(parameter_types)]), ',') as nulls
    from pg_prepared_statements where statement like '%with named as (%'`,
    )
    const [kept, ...others] = rows
    if (!kept) throw new Error('The statement that loads the timeline is not prepared.')
    t.same(others, [], 'one statement, of one name')
    t.equal(Number(kept.custom_plans), 0, 'its plan is kept, and not made for an import')

    await pool.query('set plan_cache_mode = force_generic_plan')
    const explained = await pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `explain (format json) execute ${kept.name} (${kept.nulls})`,
    )
    const [plan] = explained.rows[0]?.['QUERY PLAN'] ?? []
    if (!plan) throw new Error('There is no plan.')
    const found = reads(plan.Plan)
    for (const [table, by] of found) {
      t.match(by, /filename|ended_at|written_at|later_at/, `${table}, by ${by}`)
    }
    t.same(
      new Set(found.map(([table]) => table)),
      new Set(['processed_files', 'rounds', 'endstats_files']),
      'all tables of the timeline were looked at',
    )
  },
)
