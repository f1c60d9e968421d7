import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { openDatabase } from '../../../server/src/db/database.ts'
import { migrate, missingMigrations } from '../../../server/src/db/migrate.ts'
import { readMigrations } from '../../../server/src/db/migrations.ts'
import { spawnEmbeddedProcess } from '../../support/spawn-embedded-process.ts'
import { inDatabase, withClient } from '../../support/test-database/database-url.ts'
import { testDatabase } from '../../support/test-database.ts'

const log = pino({ level: 'silent' })

t.test('a database gets every migration once, in order', async t => {
  const { pool } = await emptyDatabase(t)
  const names = (await readMigrations()).map(({ name }) => name)
  t.same(await missingMigrations({ pool }), names)
  t.same(await migrate({ pool, log }), names)
  t.same(await missingMigrations({ pool }), [])
  t.same(await migrate({ pool, log }), [])
})

t.test('processes that migrate at the same moment do it once', async t => {
  const { url, pool } = await emptyDatabase(t)
  const unused = t.testdir()
  const processes = await Promise.all([1, 2, 3].map(() => spawnEmbeddedProcess(t, unused, url)))
  const names = (await readMigrations()).map(({ name }) => name)
  t.same(processes.flatMap(({ applied }) => applied).sort(), names)
  t.same(await missingMigrations({ pool }), [])
})

t.test('a migration that fails leaves nothing of itself, and says which it was', async t => {
  const { pool } = await emptyDatabase(t)
  const good = { name: '0001-a.sql', sql: 'create table a ()', sha256: 'a' }
  const bad = { name: '0002-b.sql', sql: 'create table b (); select nonsense', sha256: 'b' }
  await t.rejects(migrate({ pool, log, migrations: [good, bad] }), { message: /0002-b.sql failed/ })
  const { rows } = await pool.query(`select to_regclass('a') is not null a, to_regclass('b') is not null b`)
  t.same(rows, [{ a: true, b: false }])
  t.same(await missingMigrations({ pool, migrations: [good, bad] }), ['0002-b.sql'])
})

t.test('a database of a newer version is refused, as is a migration that was edited', async t => {
  const { pool } = await testDatabase(t)
  const known = await readMigrations()
  await pool.query(`insert into migrations (name, sha256) values ('9999-future.sql', '')`)
  await t.rejects(migrate({ pool, log }), { message: /newer version \(9999-future\.sql\)/ })
  await pool.query(`delete from migrations where name = '9999-future.sql'`)
  const edited = known.map(migration => ({ ...migration, sha256: 'another' }))
  await t.rejects(migrate({ pool, log, migrations: edited }), { message: /0001-rounds\.sql.* was edited/ })
})

t.test(
  'sessions speak UTC, wait for nothing for ever, and give numbers, dates and times as promised',
  async t => {
    const { pool } = await testDatabase(t)
    const { rows } = await pool.query(`select 9007199254740991::bigint as big, date '2026-03-29' as day,
    timestamptz '2026-03-29 01:30:00+01' as instant, 1.10::numeric as exact, time '20:15:01' as clock,
    current_setting('TimeZone') as zone, current_setting('lock_timeout') as lock,
    current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle`)
    t.same(rows, [
      {
        big: Number.MAX_SAFE_INTEGER,
        day: '2026-03-29',
        instant: new Date('2026-03-29T00:30:00Z'),
        exact: '1.10',
        clock: '20:15:01',
        zone: 'UTC',
        lock: '10s',
        statement: '30s',
        idle: '1min',
      },
    ])
    await t.rejects(pool.query('select 9007199254740992::bigint'), { message: /no JavaScript number/ })
  },
)

t.test(
  'connections that the server ends, idle or in a transaction, end a query but never the process',
  async t => {
    const { db, pool, url } = await testDatabase(t)
    const endAll = () =>
      withClient(url, client =>
        client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`),
      )
    await pool.query('select')
    await endAll()
    const inside = db.transaction().execute(async trx => {
      await trx.insertInto('counters').values({ name: 'lost', value: 1 }).execute()
      await endAll()
      await trx.insertInto('counters').values({ name: 'lost too', value: 1 }).execute()
    })
    await t.rejects(inside, { message: /connection/ })
    const { rows } = await pool.query(`select count(*) as lost from counters where name like 'lost%'`)
    t.same(rows, [{ lost: 0 }])
  },
)

async function emptyDatabase(t: Test) {
  const { url: other } = await testDatabase(t)
  const name = `debrief_test_${Math.floor(Date.now() / 1000)}_${randomBytes(5).toString('hex')}`
  await withClient(other, client => client.query(`create database ${name} template template0`))
  const url = inDatabase(other, name)
  const { pool, close } = openDatabase({ url, log })
  t.teardown(async () => {
    await close()
    await withClient(other, client => client.query(`drop database ${name} with (force)`))
  })
  return { url, pool }
}
