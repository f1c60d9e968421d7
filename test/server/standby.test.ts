import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { loadConfig } from '../../server/src/config.ts'
import { openDatabase } from '../../server/src/db/database.ts'
import { startEmbeddedPostgres } from '../../server/src/db/embedded-postgres.ts'
import { migrate } from '../../server/src/db/migrate.ts'
import { startServer } from '../../server/src/start-server.ts'
import { shortFolder } from '../support/short-folder.ts'
import { fileForm } from '../support/test-app.ts'
import { testDatabase } from '../support/test-database.ts'
import { until } from '../support/until.ts'

const log = pino({ level: 'silent' })
const TOKEN = 'a-token-that-is-long-enough'

t.test('a server on a standby is read, stores nothing, and takes uploads once it is promoted', async t => {
  const folder = shortFolder(t)
  const primary = await startEmbeddedPostgres({ dataDir: folder, log, pgOptions: ['fsync=off'] })
  const first = openDatabase({ url: primary.url, log })
  await migrate({ pool: first.pool, log })
  await first.close()
  await primary.stop()
  writeFileSync(join(folder, 'cluster', 'standby.signal'), '')
  const standby = await startEmbeddedPostgres({ dataDir: folder, log, pgOptions: ['fsync=off'] })
  t.teardown(() => standby.stop())

  const config = loadConfig({ DATABASE_URL: standby.url, PORT: '0', INGEST_TOKEN: TOKEN })
  const server = await startServer({ config, log })
  t.teardown(() => server.close())
  const get = (path: string) => fetch(`${server.url}${path}`)
  const upload = () =>
    fetch(`${server.url}/api/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: fileForm('notes.txt', 'x'),
    })

  await until('it reads', async () => (await get('/readyz?for=reading')).ok)
  const ready = await get('/readyz')
  t.equal(ready.status, 503)
  t.match(await ready.json(), { status: 'unready', database: 'read-only', reason: /standby/ })
  t.equal((await get('/')).status, 200)
  t.equal((await get('/api/v1/sessions')).status, 200)
  t.equal((await get('/metrics')).status, 200)

  await server.database.pool.query('select pg_promote()')
  await until('it is the primary', async () => (await get('/readyz')).ok)
  // Its token is made when the server has seen the promotion.
  await until('it takes uploads', async () => (await upload()).status === 202)
})

t.test('a database of another program or version is waited for, and /readyz says why', async t => {
  const { pool, url } = await testDatabase(t)
  await pool.query(`insert into migrations (name, sha256) values ('9999-future.sql', '')`)
  const server = await startServer({ config: loadConfig({ DATABASE_URL: url, PORT: '0' }), log })
  t.teardown(() => server.close())
  const ready = async () => (await fetch(`${server.url}/readyz`)).json()
  t.match(await ready(), { status: 'unready', reason: /changed by a newer version \(9999-future\.sql\)/ })
  await pool.query(`delete from migrations where name = '9999-future.sql'`)
  await until('it is ready', async () => (await fetch(`${server.url}/readyz`)).ok)
})
