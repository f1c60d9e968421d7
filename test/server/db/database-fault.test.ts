import { createServer } from 'node:net'
import pg from 'pg'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { openDatabase } from '../../../server/src/db/database.ts'
import { DatabaseAway, DatabaseFault, DatabaseUnusable } from '../../../server/src/db/database-fault.ts'
import { toDatabaseFault } from '../../../server/src/db/to-database-fault.ts'
import { shortFolder } from '../../support/short-folder.ts'
import { testDatabase } from '../../support/test-database.ts'

const log = pino({ level: 'silent' })

t.test('SQLSTATEs: what passes is away, what somebody must mend is unusable, the rest is a bug', async t => {
  const away =
    '08006 08001 25P03 25P04 40001 40P01 53100 53200 53300 53400 55P03 57014 57P01 57P02 57P03 57P05 58030'
  const unusable = '25006 26000 28P01 28000 3D000 42501 42P05 57P04 XX001 XX002'
  const bugs = '08P01 0A000 22001 22P02 23502 23503 23505 23514 25P02 42601 42703 42P01 XX000'
  const judged = (code: string) => toDatabaseFault(ofServer(code), 'asking')
  for (const code of away.split(' ')) t.type(judged(code), DatabaseAway, code)
  const closed = ofServer('55000', 'database "debrief" is not currently accepting connections', 'FATAL')
  t.type(toDatabaseFault(closed, 'connecting'), DatabaseAway, 'closed for a while')
  for (const code of unusable.split(' ')) t.type(judged(code), DatabaseUnusable, code)
  for (const code of bugs.split(' ')) t.notOk(judged(code) instanceof DatabaseFault, code)
})

t.test('what a pooler says of itself is not taken for a statement of ours that is wrong', async t => {
  const wrong = 'unsupported startup parameter: statement_timeout'
  t.match(toDatabaseFault(ofServer('08P01', wrong, 'FATAL'), 'connecting'), {
    name: 'DatabaseUnusable',
    sentence: /pooler .*ignore_startup_parameters/,
  })
  const full = 'no more connections allowed (max_client_conn)'
  t.type(toDatabaseFault(ofServer('08P01', full, 'FATAL'), 'connecting'), DatabaseAway)
  t.type(toDatabaseFault(ofServer('08P01', 'server conn crashed?', 'FATAL'), 'asking'), DatabaseAway)
})

t.test('the same words and codes from elsewhere stay what they are', async t => {
  for (const thrown of [undefined, null, 'Connection terminated', 57, new TypeError('x is not a function')])
    t.equal(toDatabaseFault(thrown, 'asking'), thrown, String(thrown))
  const invalid = Object.assign(new TypeError('The argument is wrong'), { code: 'ERR_INVALID_ARG_TYPE' })
  t.equal(toDatabaseFault(invalid, 'connecting'), invalid)
})

t.test('a sentence is for everybody; addresses and the words of the server are in the message', async t => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' })
  const fault = toDatabaseFault(new AggregateError([cause]), 'connecting')
  t.match(fault, {
    sentence: 'The database cannot be reached.',
    message: 'The database cannot be reached. (connect ECONNREFUSED 10.0.0.5:5432)',
  })
})

t.test('no server, no socket, no answer, an answer that breaks off, a wrong name or password', async t => {
  const { url: good } = await testDatabase(t)
  const hangUp = createServer(socket => socket.destroy())
  await new Promise<void>(resolve => hangUp.listen(0, '127.0.0.1', resolve))
  t.teardown(() => hangUp.close())
  const address = hangUp.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const noDatabase = new URL(good)
  noDatabase.pathname = '/no_such_database'
  const noUser = new URL(good)
  noUser.username = 'nobody_of_this_name'
  const cases = [
    ['a closed port', 'postgresql://x@127.0.0.1:1/x', DatabaseAway],
    ['a missing socket', 'postgresql://x@localhost/x?host=/no/such/folder', DatabaseAway],
    ['a name that does not exist', 'postgresql://x@no-such-host.invalid/x', DatabaseAway],
    ['a server that hangs up', `postgresql://x@127.0.0.1:${port}/x`, DatabaseAway],
    ['no such database', noDatabase.href, DatabaseUnusable],
    ['no such user', noUser.href, DatabaseUnusable],
  ] as const
  for (const [name, url, kind] of cases) {
    const { db, pool, close } = openDatabase({ url, log })
    // Where there is no name server, the answer is a long time coming.
    pool.options.connectionTimeoutMillis = 1_000
    await t.rejects(pool.query('select'), kind, `${name}, by the pool`)
    await t.rejects(db.selectFrom('counters').selectAll().execute(), kind, `${name}, by kysely`)
    await close()
  }
})

t.test('a server that takes the connection and says nothing', async t => {
  const silent = createServer(() => {})
  const folder = shortFolder(t)
  await new Promise<void>(resolve => silent.listen(`${folder}/.s.PGSQL.5432`, resolve))
  t.teardown(() => silent.close())
  const { pool, close } = openDatabase({ url: `postgresql://x@localhost/x?host=${folder}`, log })
  pool.options.connectionTimeoutMillis = 100
  await t.rejects(pool.query('select'), DatabaseAway)
  await close()
})

t.test('all connections in use, and a database that was closed', async t => {
  const { url } = await testDatabase(t)
  const { db, pool, close } = openDatabase({ url, log, max: 1 })
  const held = await pool.connect()
  pool.options.connectionTimeoutMillis = 50
  await t.rejects(pool.query('select'), { name: 'DatabaseAway', sentence: /All connections .* in use/ })
  held.release()
  await close()
  await close()
  await t.rejects(pool.query('select'), DatabaseAway)
  await t.rejects(db.selectFrom('counters').selectAll().execute(), DatabaseAway)
})

t.test('a lock not had in time is a fault of the database, a wrong statement is a bug', async t => {
  const { db, pool } = await testDatabase(t)
  await db.transaction().execute(async trx => {
    await trx.updateTable('counters').set({ value: 1 }).execute()
    const waiting = pool.query(`set lock_timeout = '50ms'; update counters set value = 2`)
    await t.rejects(waiting, { name: 'DatabaseAway', sentence: /not done yet/ })
  })
  t.notOk((await thrownBy(pool.query('select nonsense'))) instanceof DatabaseFault)
})

t.test('a connection that had a fault of the database is not used again; after a bug it is', async t => {
  const { pool } = await oneConnection(t)
  const session = async () => (await pool.query('select pg_backend_pid() as pid')).rows[0].pid
  const first = await session()
  await t.rejects(pool.query('select nonsense'))
  t.equal(await session(), first)
  await t.rejects(pool.query(`set statement_timeout = 20; select pg_sleep(5)`), DatabaseAway)
  t.not(await session(), first)
})

t.test('a table that a newer version changed costs one answer, not every one', async t => {
  const { db, pool } = await oneConnection(t)
  const read = () => db.selectFrom('counters').selectAll().execute()
  await read()
  await pool.query('alter table counters add column more text')
  await t.rejects(read(), { name: 'DatabaseAway', sentence: /newer version/ })
  t.match(await read(), [{ name: 'gaming_session', value: 0 }])
})

async function oneConnection(t: Test) {
  const { url } = await testDatabase(t)
  const database = openDatabase({ url, log, max: 1 })
  t.teardown(database.close)
  return database
}

function ofServer(code: string, message = `fault ${code}`, severity = 'ERROR'): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, 0, 'error'), { code, severity })
}

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('Nothing was thrown.')
    },
    (error: unknown) => error,
  )
}
