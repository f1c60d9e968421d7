import { pino } from 'pino'
import t, { type Test } from 'tap'
import { connectAlone } from '../../../server/src/db/connect-alone.ts'
import { openDatabase } from '../../../server/src/db/database.ts'
import { DatabaseAway } from '../../../server/src/db/database-fault.ts'
import { databaseIdentity } from '../../../server/src/db/database-pool.ts'
import { cuttableDatabase } from '../../support/cuttable-database.ts'
import { withClient } from '../../support/test-database/database-url.ts'
import { testDatabase } from '../../support/test-database.ts'
import { until } from '../../support/until.ts'

const log = pino({ level: 'silent' })

t.test('a statement that gets no answer ends, and the next one has a connection of its own', async t => {
  const { url } = await testDatabase(t)
  const wire = await cuttableDatabase(t, url, { answerMs: 200 })
  await wire.pool.query('select')
  wire.hang()
  await t.rejects(wire.pool.query('select'), { name: 'DatabaseAway', sentence: /does not answer/ })
  wire.whole()
  t.match((await wire.pool.query('select 1 as one')).rows, [{ one: 1 }])
})

t.test('a COMMIT that waits for a synchronous standby is waited for', async t => {
  const { url, db } = await testDatabase(t)
  const patient = openDatabase({ url, log, answerMs: 100 })
  t.teardown(patient.close)
  // What a primary does whose standby is frozen: COMMIT takes long, and the session is there. A deferred trigger does it.
  await withClient(url, client =>
    client.query(`create function wait() returns trigger language plpgsql as
      $$ begin perform pg_sleep(1); return null; end $$;
      create constraint trigger slow after insert on counters initially deferred for each row execute function wait()`),
  )
  const started = performance.now()
  await patient.db
    .transaction()
    .execute(trx => trx.insertInto('counters').values({ name: 'slow', value: 1 }).execute())
  t.ok(performance.now() - started > 900)
  t.match(await db.selectFrom('counters').selectAll().where('name', '=', 'slow').execute(), [{ value: 1 }])
})

t.test('a COMMIT whose session the database does not have any more is given up', async t => {
  const { url } = await testDatabase(t)
  const wire = await cuttableDatabase(t, url, { answerMs: 100 })
  const work = wire.db.transaction().execute(async trx => {
    await trx.insertInto('counters').values({ name: 'lost', value: 1 }).execute()
    // The machine vanishes without a word, and another takes its address: it never heard of this session.
    wire.swallow()
    await withClient(url, client =>
      client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`),
    )
  })
  await t.rejects(work, DatabaseAway)
})

t.test('whatever the database is set to, a session of ours is as we need it', async t => {
  const { url } = await testDatabase(t)
  const name = new URL(url).pathname.slice(1)
  await withClient(url, client =>
    client.query(`alter database ${name} set datestyle = 'German'; alter database ${name} set timezone = 'America/New_York';
      alter database ${name} set statement_timeout = '1h'`),
  )
  const { pool, close } = openDatabase({ url, log })
  t.teardown(close)
  const { rows } =
    await pool.query(`select timestamptz '2026-01-01 00:00:00Z' as instant, date '2026-03-01' as day,
    current_setting('statement_timeout') as patience`)
  t.same(rows, [{ instant: new Date('2026-01-01T00:00:00Z'), day: '2026-03-01', patience: '30s' }])
})

t.test('a database has an identity: the same by every way, another one for another database', async t => {
  const [one, two] = [await testDatabase(t), await testDatabase(t)]
  const wire = await cuttableDatabase(t, one.url)
  for (const { pool } of [one, two, wire]) await pool.query('select')
  t.match(databaseIdentity(one.pool), /^\d{10,20}\/[\dA-F]+\/\d+$/)
  t.equal(databaseIdentity(wire.pool), databaseIdentity(one.pool))
  t.not(databaseIdentity(two.pool), databaseIdentity(one.pool))
})

t.test(
  'a connection beside the pool waits for none of its, and is ended when its process is frozen',
  async t => {
    const { url } = await testDatabase(t)
    const { pool, close } = openDatabase({ url, log, max: 1 })
    t.teardown(close)
    const held = await pool.connect()
    const alone = await connectAlone(pool, { idle_session_timeout: '100ms' })
    let ended = false
    alone.once('end', () => {
      ended = true
    })
    await until('the database ends it', () => ended)
    held.release()
  },
)

t.test('a database that hangs keeps nobody from closing', async t => {
  const wire = await hanging(t)
  const stuck = wire.pool.query('select')
  const failed = t.rejects(stuck, DatabaseAway)
  await wire.close()
  await failed
})

async function hanging(t: Test) {
  const { url } = await testDatabase(t)
  const wire = await cuttableDatabase(t, url)
  await wire.pool.query('select')
  wire.hang()
  return wire
}
