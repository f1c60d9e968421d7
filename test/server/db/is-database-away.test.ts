import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import pg from 'pg'
import { pino } from 'pino'
import t from 'tap'
import { openDatabase } from '../../../server/src/db/database.ts'
import { isDatabaseAway } from '../../../server/src/db/is-database-away.ts'
import { shortFolder } from '../../support/short-folder.ts'
import { testDatabase } from '../../support/test-database.ts'

const log = pino({ level: 'silent' })

t.test('SQLSTATEs: what passes is away, what stays is a bug', async t => {
  const away =
    '08006 08001 25006 25P03 28P01 3D000 40001 40P01 53100 53200 53300 55P03 57014 57P01 57P02 57P03 58030'
  const bugs = '22001 22P02 23502 23503 23505 23514 25P02 42601 42703 42P01 42501 0A000 XX000'
  for (const code of away.split(' ')) t.equal(isDatabaseAway(withCode(code)), true, code)
  for (const code of bugs.split(' ')) t.equal(isDatabaseAway(withCode(code)), false, code)
})

t.test('faults are found behind a cause, and in the attempts of a connection', async t => {
  t.equal(isDatabaseAway(new Error('The import failed.', { cause: withCode('57P01') })), true)
  t.equal(isDatabaseAway(new AggregateError([new Error('x'), withCode('ECONNREFUSED')])), true)
  const circle = new Error('a circle')
  circle.cause = circle
  t.equal(isDatabaseAway(circle), false)
})

t.test('other things that are thrown are not the database', async t => {
  for (const thrown of [undefined, null, 'Connection terminated', 57, new TypeError('x is not a function')])
    t.equal(isDatabaseAway(thrown), false, String(thrown))
  t.equal(isDatabaseAway(await thrownBy(async () => readFileSync('/no/such/file'))), false, 'a missing file')
})

t.test('real faults of pg: no server, no socket, no answer, an answer that breaks off', async t => {
  const hangUp = createServer(socket => socket.destroy())
  await new Promise<void>(resolve => hangUp.listen(0, '127.0.0.1', resolve))
  t.teardown(() => hangUp.close())
  const address = hangUp.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const silent = createServer(() => {})
  const folder = shortFolder(t)
  await new Promise<void>(resolve => silent.listen(`${folder}/.s.PGSQL.5432`, resolve))
  t.teardown(() => silent.close())
  const urls = {
    'a closed port': 'postgresql://x@127.0.0.1:1/x',
    'a missing socket': 'postgresql://x@localhost/x?host=/no/such/folder',
    'a name that does not exist': 'postgresql://x@no-such-host.invalid/x',
    'a server that hangs up': `postgresql://x@127.0.0.1:${port}/x`,
  }
  for (const [name, url] of Object.entries(urls)) {
    const { pool, close } = openDatabase({ url, log })
    t.equal(isDatabaseAway(await thrownBy(() => pool.query('select'))), true, name)
    await close()
  }
  const client = new pg.Client({ host: folder, user: 'x', connectionTimeoutMillis: 200 })
  t.equal(isDatabaseAway(await thrownBy(() => client.connect())), true, 'a server that does not answer')
})

t.test(
  'real faults of a pool: all connections in use, a pool that is closed, a lock not had in time',
  async t => {
    const { db, pool, url } = await testDatabase(t)
    const small = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 100 })
    const held = await small.connect()
    t.equal(isDatabaseAway(await thrownBy(() => small.query('select'))), true, 'all in use')
    held.release()
    await small.end()
    t.equal(isDatabaseAway(await thrownBy(() => small.query('select'))), true, 'closed')

    await db.transaction().execute(async trx => {
      await trx.updateTable('counters').set({ value: 1 }).execute()
      const waiting = pool.query(`set lock_timeout = '50ms'; update counters set value = 2`)
      t.equal(isDatabaseAway(await thrownBy(() => waiting)), true, 'a lock')
    })
    t.equal(isDatabaseAway(await thrownBy(() => pool.query('select nonsense'))), false, 'a bug')
  },
)

function withCode(code: string): Error {
  return Object.assign(new Error(`fault ${code}`), { code })
}

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown.')
}
