import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { loadConfig } from '../../server/src/config.ts'
import { createToken } from '../../server/src/game-servers/tokens/create-token.ts'
import { serverUnit } from '../../server/src/install/server-unit.ts'
import { stopLimit } from '../../server/src/stop-limit.ts'
import { liveStream } from '../support/live-stream.ts'
import { serverProcess } from '../support/server-process.ts'
import { corpusFile, fileForm } from '../support/test-app.ts'
import { testDatabase } from '../support/test-database.ts'
import { until } from '../support/until.ts'

const NAME = '2026-05-05-204850-supply-round-1.txt'
const NEXT = '2026-05-05-205446-supply-round-2.txt'
const content = (name: string) => corpusFile(`evenings/files/${name}`)

t.test('SIGTERM: first /readyz says so, then what is under way is answered, then it ends', async t => {
  const { db, url } = await testDatabase(t)
  const { token } = await createToken(db, { serverName: 'arena', timezone: 'UTC' })
  const server = await serverProcess(t, { DATABASE_URL: url, DRAIN_SECONDS: '2', LOG_DIR: t.testdir() })
  const base = server.url()
  const ready = () => fetch(`${base}/readyz`, { headers: { connection: 'close' } })
  t.equal((await ready()).status, 200)

  const body = Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="file"; filename="${NAME}"\r\n\r\n`),
    content(NAME),
    Buffer.from('\r\n--b--\r\n'),
  ])
  const { hostname, port } = new URL(base)
  const underWay = connect(Number(port), hostname)
  underWay.write(
    `POST /api/v1/files HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: multipart/form-data; boundary=b\r\ncontent-length: ${body.length}\r\n\r\n`,
  )
  underWay.write(body.subarray(0, 500))
  const answer = text(underWay)
  const reader = await liveStream(t, `${base}/live`)

  const told = performance.now()
  server.signal('SIGTERM')
  await until('/readyz says so', async () => (await ready()).status === 503)
  await until('who reads along is let go', () => reader.hasEnded())
  t.equal((await liveStream(t, `${base}/live`)).status, 503, 'and comes back to another process')
  const stopping = await ready()
  t.ok(stopping.headers.get('retry-after'))
  t.match(await stopping.json(), { status: 'unready', database: 'up', reason: 'The server is stopping.' })
  const sent = await fetch(`${base}/api/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, connection: 'close' },
    body: fileForm(NEXT, content(NEXT)),
  })
  t.equal(sent.status, 201, 'a balancer that has not looked yet is served')

  await until('no new connection is taken', () =>
    ready().then(
      () => false,
      () => true,
    ),
  )
  underWay.write(body.subarray(500))
  t.match(await answer, /^HTTP\/1\.1 201 /, 'the upload that was under way is stored')
  await until('it ends', () => server.endings().length === 1)
  t.match(server.endings(), [/^ended by itself: 0/])
  t.ok(performance.now() - told < 10_000, 'in under ten seconds')
  const stored = await db.selectFrom('processed_files').select('filename').orderBy('filename').execute()
  t.strictSame(
    stored.map(({ filename }) => filename),
    [NAME, NEXT],
  )
})

t.test('no limit ends a server that still drains', async t => {
  const unit = serverUnit({ folder: '/opt', nodePath: '/node', user: 'debrief', envFile: '/env', port: 8080 })
  const unitMs = 1000 * Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])
  for (const seconds of [0, 4, 15, 60]) {
    const limit = stopLimit(loadConfig({ DRAIN_SECONDS: String(seconds) }))
    t.ok(limit > seconds * 1000 + 5_000, `${seconds} s`)
    t.ok(limit < unitMs, 'systemd waits longer')
  }
})
