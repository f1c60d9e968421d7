import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { openDatabase } from '../../../server/src/db/database.ts'
import { migrate, missingMigrations } from '../../../server/src/db/migrate.ts'
import { readMigrations } from '../../../server/src/db/migrations.ts'
import { spawnEmbeddedProcess } from '../../support/spawn-embedded-process.ts'
import { inDatabase, withClient } from '../../support/test-database/database-url.ts'
import { testDatabase } from '../../support/test-database.ts'
import { until } from '../../support/until.ts'

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

t.test('a database of another program is refused before anything is changed in it', async t => {
  for (const table of ['migrations (name text, applied_at date)', 'rounds (id int)']) {
    const { pool } = await emptyDatabase(t)
    const columns = () =>
      pool.query(
        `select table_name, column_name from information_schema.columns where table_schema = 'public' order by 1, 2`,
      )
    await pool.query(`create table ${table}`)
    const { rows: before } = await columns()
    await t.rejects(migrate({ pool, log }), { message: /tables of another program .*Nothing was changed/ })
    t.same((await columns()).rows, before)
  }
})

t.test('a migration that fails leaves nothing of itself, and says which it was', async t => {
  const { pool } = await emptyDatabase(t)
  const good = { name: '0001-a.sql', sql: 'create table a ()', additive: true, sha256: 'a' }
  const bad = { name: '0002-b.sql', sql: 'create table b (); select nonsense', additive: true, sha256: 'b' }
  await t.rejects(migrate({ pool, log, migrations: [good, bad] }), { message: /0002-b.sql failed/ })
  const { rows } = await pool.query(`select to_regclass('a') is not null a, to_regclass('b') is not null b`)
  t.same(rows, [{ a: true, b: false }])
  t.same(await missingMigrations({ pool, migrations: [good, bad] }), ['0002-b.sql'])
})

t.test('a database of a newer version is refused, as is a migration that was edited', async t => {
  const { pool } = await testDatabase(t)
  const known = await readMigrations()
  await pool.query(`insert into migrations (name, sha256) values ('9999-future.sql', '')`)
  await t.rejects(migrate({ pool, log }), {
    name: 'DatabaseUnusable',
    sentence: /newer version \(9999-future\.sql\)/,
  })
  await pool.query(`delete from migrations where name = '9999-future.sql'`)
  const edited = known.map(migration => ({ ...migration, sha256: 'another' }))
  await t.rejects(migrate({ pool, log, migrations: edited }), {
    name: 'DatabaseUnusable',
    sentence: /0001-rounds\.sql.* was edited/,
  })
})

t.test('a newer version that only added to the tables lets an older one go on and start again', async t => {
  const { db, pool } = await emptyDatabase(t)
  const older = await readMigrations()
  await migrate({ pool, log, migrations: older })
  const rounds = () => db.selectFrom('rounds').selectAll().execute()
  t.same(await rounds(), [])
  const sql = 'alter table rounds add column weather text; create table forecasts ()'
  const newer = [...older, { name: '9998-weather.sql', sql, sha256: 'x', additive: true }]
  t.same(await migrate({ pool, log, migrations: newer }), ['9998-weather.sql'])
  await eventually(rounds)
  t.same(await migrate({ pool, log, migrations: older }), [])
  t.same(await missingMigrations({ pool, migrations: older }), [])

  const breaking = { name: '9999-x.sql', sql: 'drop table forecasts', sha256: 'y', additive: false }
  await migrate({ pool, log, migrations: [...newer, breaking] })
  await t.rejects(migrate({ pool, log, migrations: older }), {
    name: 'DatabaseUnusable',
    sentence: /newer version \(9998.*9999/,
  })
})

t.test(
  'migrations only add: what an older version still works beside, or they say that they break it',
  async t => {
    // Comments first: they may hold semicolons.
    const statements = (sql: string) =>
      sql
        .replaceAll(/--.*$/gm, '')
        .split(';')
        .map(statement => statement.replaceAll(/\s+/g, ' ').trim().toLowerCase())
        .filter(Boolean)
    // Versions that do not know a column of these two tables write NULL into it: `json_populate_recordset(null::table)`.
    const filledWhole = /^alter table (player|weapon)_comprehensive_stats /
    const adds = (statement: string) =>
      /^(create (unique )?index|create (or replace )?view|comment on|drop index|update|insert into|create table) /.test(
        statement,
      ) ||
      (statement.startsWith('alter table ') &&
        statement
          .replace(/^alter table \w+ /, '')
          .split(/, (?![^(]*\))/)
          .every(part => /^add column /.test(part) && (!/ not null/.test(part) || / default /.test(part))) &&
        !(filledWhole.test(statement) && / not null/.test(statement)))
    for (const wrong of [
      'alter table rounds add column a int not null',
      'alter table weapon_comprehensive_stats add column a int not null default 0',
      'alter table rounds drop column a',
      'alter table rounds add column a int, alter column b type text',
      'drop table rounds',
    ])
      t.notOk(adds(wrong), wrong)
    t.ok(adds('alter table rounds add column a text check (a in (1, 2)), add column b int'))
    for (const { name, sql, additive } of await readMigrations()) {
      if (name < '0004' || !additive) continue
      if (/^-- Older versions work beside it: /m.test(sql)) continue
      for (const statement of statements(sql)) t.ok(adds(statement), `${name}: ${statement}`)
    }
  },
)

t.test('who waits for another process that migrates says so, says for whom, and can be stopped', async t => {
  const { pool } = await emptyDatabase(t)
  const other = await pool.connect()
  await other.query(`select pg_advisory_lock(${0x64656272})`)
  const lines: Record<string, unknown>[] = []
  const told = pino({ base: null }, { write: line => void lines.push(JSON.parse(line)) })
  const stopping = new AbortController()
  const waiting = migrate({ pool, log: told, signal: stopping.signal })
  await until('it says what it waits for', () => lines.length > 0)
  t.match(lines, [
    { msg: /^Waiting for another process that holds the lock/, holder: { program: 'debrief' } },
  ])
  stopping.abort()
  await t.rejects(waiting, { name: 'AbortError' })
  const second = migrate({ pool, log })
  await other.query('select pg_advisory_unlock_all()')
  t.not((await second).length, 0)
  other.release()
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
        idle: '15s',
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
    await t.rejects(inside, { name: 'DatabaseAway' })
    const { rows } = await pool.query(`select count(*) as lost from counters where name like 'lost%'`)
    t.same(rows, [{ lost: 0 }])
  },
)

/** The first answer after a change of the tables is a refusal, once for each connection. */
async function eventually(read: () => Promise<unknown>): Promise<void> {
  await until('it can be read again', () =>
    read().then(
      () => true,
      () => false,
    ),
  )
}

async function emptyDatabase(t: Test) {
  const { url: other } = await testDatabase(t)
  const name = `debrief_test_${Math.floor(Date.now() / 1000)}_${randomBytes(5).toString('hex')}`
  await withClient(other, client => client.query(`create database ${name} template template0`))
  const url = inDatabase(other, name)
  const { db, pool, close } = openDatabase({ url, log })
  t.teardown(async () => {
    await close()
    await withClient(other, client => client.query(`drop database ${name} with (force)`))
  })
  return { url, db, pool }
}
