import { pino } from 'pino'
import t from 'tap'
import { loadConfig } from '../../server/src/config.ts'
import { startServer } from '../../server/src/start-server.ts'
import { cuttableDatabase } from '../support/cuttable-database.ts'
import { fileForm } from '../support/test-app.ts'
import { testDatabase } from '../support/test-database.ts'

const log = pino({ level: 'silent' })

t.test('a server whose database is away answers at once, and takes uploads when it comes', async t => {
  const { url, db } = await testDatabase(t)
  const wire = await cuttableDatabase(t, url)
  wire.cut()
  const config = loadConfig({
    DATABASE_URL: wire.url,
    PORT: '0',
    INGEST_TOKEN: 'a-token-that-is-long-enough',
  })
  const server = await startServer({ config, log })
  t.teardown(() => server.close())
  const upload = () =>
    fetch(`${server.url}/api/v1/files`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-token-that-is-long-enough' },
      body: fileForm('notes.txt', 'x'),
    })

  t.equal((await fetch(`${server.url}/healthz`)).status, 200)
  t.equal((await fetch(`${server.url}/readyz`)).status, 503)
  const refused = await upload()
  t.equal(refused.status, 503)
  t.ok(refused.headers.get('retry-after'))

  wire.mend()
  while ((await fetch(`${server.url}/readyz`)).status !== 200)
    await new Promise(resolve => setTimeout(resolve, 20))
  t.equal((await upload()).status, 202)
  t.equal((await db.selectFrom('processed_files').select('file_id').execute()).length, 1)
})

t.test('a server that closes while its database is away does not wait for it', async t => {
  const { url } = await testDatabase(t)
  const wire = await cuttableDatabase(t, url)
  wire.cut()
  const server = await startServer({ config: loadConfig({ DATABASE_URL: wire.url, PORT: '0' }), log })
  await server.close()
  await t.rejects(fetch(`${server.url}/healthz`))
})

t.test('a port that is taken is said in a sentence, and the database is let go', async t => {
  const { url } = await testDatabase(t)
  const first = await startServer({ config: loadConfig({ DATABASE_URL: url, PORT: '0' }), log })
  t.teardown(() => first.close())
  const { port } = new URL(first.url)
  const second = startServer({ config: loadConfig({ DATABASE_URL: url, PORT: port }), log })
  await t.rejects(second, {
    message: `Port ${port} of 127.0.0.1 is taken by another program. End it, or set PORT to another one.`,
  })
})
