import { connect, type Socket } from 'node:net'
import { problemSchema } from '@debrief/shared'
import t from 'tap'
import { type CuttableDatabase, cuttableDatabase } from '../../support/cuttable-database.ts'
import { corpusFile, fileForm, type TestApp, testApp } from '../../support/test-app.ts'

const NAME = '2026-05-05-204850-supply-round-1.txt'
const ROUND_1 = corpusFile(`evenings/files/${NAME}`)

function upload({ token }: TestApp, base: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` }
  return fetch(`${base}/api/v1/files`, { method: 'POST', headers, body: fileForm(NAME, ROUND_1) })
}

t.test('a database that goes away', async t => {
  const wires: CuttableDatabase[] = []
  const through = async (url: string) => {
    const wire = await cuttableDatabase(t, url)
    wires.push(wire)
    return wire
  }
  const test = await testApp(t, { through })
  const base = await test.listen()
  const cut = () => wires[0]?.cut()
  const mend = () => wires[0]?.mend()
  const hang = () => wires[0]?.hang()
  const retryLater = async (response: Response) => {
    t.equal(response.status, 503)
    t.match(response.headers.get('retry-after'), /^\d+$/)
    t.match(problemSchema.parse(await response.json()), { code: 'database_unavailable', retriable: true })
  }

  t.equal((await fetch(`${base}/readyz`)).status, 200)
  cut()
  await t.test('uploads, questions and lists are 503 with Retry-After', async t => {
    const headers = { authorization: `Bearer ${test.token}` }
    await retryLater(await upload(test, base))
    await retryLater(await fetch(`${base}/api/v1/files`, { headers }))
    const body = JSON.stringify({ files: [{ name: NAME, bytes: 3 }] })
    const asked = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }
    await retryLater(await fetch(`${base}/api/v1/files/missing`, asked))
    t.same(await test.db.selectFrom('processed_files').select('file_id').execute(), [])
  })
  await t.test('the process is healthy and not ready, and still tells its figures', async t => {
    t.equal((await fetch(`${base}/healthz`)).status, 200)
    const ready = await fetch(`${base}/readyz`)
    t.equal(ready.status, 503)
    t.match(await ready.json(), { status: 'unready', database: 'away', discord: 'off' })
    t.match(await (await fetch(`${base}/metrics`)).text(), /^debrief_database_up 0$/m)
  })
  await t.test('when it is back, the same upload is stored once', async t => {
    mend()
    t.equal((await fetch(`${base}/readyz`)).status, 200)
    t.equal((await upload(test, base)).status, 201)
    t.equal((await upload(test, base)).status, 200)
  })
  await t.test('a database that does not answer is not ready within three seconds', async t => {
    hang()
    const started = performance.now()
    const ready = await fetch(`${base}/readyz`)
    t.equal(ready.status, 503)
    t.ok(performance.now() - started < 3000)
    mend()
  })
  await t.test('an import that is cut in the middle leaves nothing, and 503', async t => {
    const name = NAME.replace('supply', 'supply2')
    const content = ROUND_1.toString('latin1').replaceAll('\\supply\\', '\\supply2\\')
    // Holds the import inside its transaction: it must wait for this server's row.
    const blocker = await test.pool.connect()
    await blocker.query('begin; lock table rounds in access exclusive mode')
    const headers = { authorization: `Bearer ${test.token}` }
    const pending = fetch(`${base}/api/v1/files`, { method: 'POST', headers, body: fileForm(name, content) })
    await until(async () => {
      const { rows } = await test.pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
      return rows.length > 0
    })
    cut()
    await retryLater(await pending)
    await blocker.query('rollback')
    blocker.release()
    mend()
    const rows = await test.db
      .selectFrom('processed_files')
      .select('filename')
      .where('filename', '=', name)
      .execute()
    t.same(rows, [])
  })
})

t.test('senders that stop, and bytes that are no form', async t => {
  const test = await testApp(t)
  const base = await test.listen()
  const { hostname, port } = new URL(base)
  const head = (length: number | 'chunked', type = 'multipart/form-data; boundary=b') =>
    `POST /api/v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${test.token}\r\ncontent-type: ${type}\r\n` +
    (length === 'chunked' ? 'transfer-encoding: chunked\r\n\r\n' : `content-length: ${length}\r\n\r\n`)
  const part = `--b\r\nContent-Disposition: form-data; name="file"; filename="${NAME}"\r\n\r\n`
  const stored = async () => (await test.db.selectFrom('processed_files').select('file_id').execute()).length

  await t.test('an upload that is cut in mid-body stores nothing', async t => {
    for (const cutAt of [
      0,
      30,
      part.length + 10,
      part.length + ROUND_1.length,
      part.length + ROUND_1.length + 4,
    ]) {
      const socket = connect(Number(port), hostname)
      const body = Buffer.concat([Buffer.from(part), ROUND_1, Buffer.from('\r\n--b--\r\n')])
      socket.write(head(body.length))
      socket.write(body.subarray(0, cutAt))
      await new Promise<void>(resolve => socket.end(resolve))
      socket.destroy()
    }
    t.equal((await fetch(`${base}/healthz`)).status, 200)
    t.equal(await stored(), 0)
  })

  await t.test(
    'a form without its last boundary stores nothing, although its length is as announced',
    async t => {
      const body = Buffer.concat([Buffer.from(part), ROUND_1])
      const answer = await exchange(connect(Number(port), hostname), [head(body.length), body])
      t.match(answer, /^HTTP\/1\.1 400[\s\S]*"code":"malformed_request"/)
      t.equal(await stored(), 0)
    },
  )

  await t.test('forms that are none are 400, and the server goes on', async t => {
    const bodies = [
      ['', 'multipart/form-data'],
      ['', 'multipart/form-data; boundary='],
      ['x'.repeat(1000), 'multipart/form-data; boundary=b'],
      ['--b\r\n\r\n\r\n--b--\r\n', 'multipart/form-data; boundary=b'],
      [
        '--b\r\nContent-Disposition: attachment; filename="x.txt"\r\n\r\n\r\n--b--\r\n',
        'multipart/form-data; boundary=b',
      ],
      [
        '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n',
        'multipart/form-data; boundary=b',
      ],
      [`--b\r\n${'x: y\r\n'.repeat(3000)}\r\n\r\n--b--\r\n`, 'multipart/form-data; boundary=b'],
      [
        '--b\r\nContent-Disposition: form-data; name="sha256"\r\nContent-Type: application/json\r\n\r\n{"a":\r\n--b--\r\n',
        'multipart/form-data; boundary=b',
      ],
    ] as const
    for (const [body, type] of bodies) {
      const answer = await exchange(connect(Number(port), hostname), [head(body.length, type), body])
      t.match(
        answer,
        /^HTTP\/1\.1 400[\s\S]*"code":"(malformed_request|no_file)"/,
        JSON.stringify(body.slice(0, 60)),
      )
    }
    t.equal((await fetch(`${base}/healthz`)).status, 200)
  })

  await t.test('a body without an end is refused when it has more than a file can have', async t => {
    const socket = connect(Number(port), hostname)
    socket.write(head('chunked'))
    socket.write(`${part.length.toString(16)}\r\n${part}\r\n`)
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const answer = collect(socket, /"too_large"/)
    for (let i = 0; i < 20; i++) socket.write(chunk)
    t.match(await answer, /^HTTP\/1\.1 413/)
    socket.destroy()
  })

  await t.test('what is no HTTP gets a problem too', async t => {
    t.match(
      await exchange(connect(Number(port), hostname), ['HELLO\r\n\r\n']),
      /^HTTP\/1\.1 400[\s\S]*problem\+json/,
    )
    const large = `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`
    t.match(await exchange(connect(Number(port), hostname), [large]), /^HTTP\/1\.1 431[\s\S]*problem\+json/)
  })
  t.equal(await stored(), 0, 'and of all this nothing was stored')
})

t.test('closing: what is under way is answered, what comes after is 503', async t => {
  const test = await testApp(t)
  const base = await test.listen()
  const { hostname, port } = new URL(base)
  const socket = connect(Number(port), hostname)
  const body = Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="file"; filename="${NAME}"\r\n\r\n`),
    ROUND_1,
    Buffer.from('\r\n--b--\r\n'),
  ])
  socket.write(
    `POST /api/v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${test.token}\r\n` +
      `content-type: multipart/form-data; boundary=b\r\ncontent-length: ${body.length}\r\n\r\n`,
  )
  socket.write(body.subarray(0, 500))
  await until(async () => (await fetch(`${base}/metrics`)).ok)
  const answer = collect(socket, /"status":"imported"/)
  const closing = test.app.close()
  await until(async () => test.state.shuttingDown)
  socket.write(body.subarray(500))
  t.match(await answer, /^HTTP\/1\.1 201/)
  await closing

  const late = await testApp(t)
  late.state.shuttingDown = true
  const refused = await late.app.inject({ method: 'POST', url: '/api/v1/files', payload: '' })
  t.match(refused.json(), { status: 503, code: 'shutting_down', retriable: true })
  t.ok(Number(refused.headers['retry-after']) > 0)
  t.equal((await late.app.inject('/healthz')).statusCode, 200)
  t.equal((await late.app.inject('/readyz')).statusCode, 503)
})

async function exchange(socket: Socket, writes: (string | Uint8Array)[]): Promise<string> {
  const answer = collect(socket, /\r\n\r\n\{[\s\S]*\}$/)
  for (const bytes of writes) socket.write(bytes)
  const text = await answer
  socket.destroy()
  return text
}

function collect(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      if (pattern.test(text)) resolve(text)
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`Closed after: ${text}`)))
  })
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 5))
}
