import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rename, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Agent, get } from 'node:https'
import { join } from 'node:path'
import {
  MAX_MISSING_FILES,
  missingResponseSchema,
  PROBLEM_CODES,
  problemSchema,
  ROUTES,
} from '@debrief/shared'
import { pino } from 'pino'
import t from 'tap'
import { createToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { createLogger } from '../../../server/src/log/logger.ts'
import { keepCertificate } from '../../../server/src/tls/keep-certificate.ts'
import { send } from '../../fuzz/http/send.ts'
import { corpusFile, fileForm, testApp } from '../../support/test-app.ts'
import { until } from '../../support/until.ts'
import { testCertificate } from './test-certificate.ts'

const NAME = '2026-05-05-204850-supply-round-1.txt'
const ROUND_1 = corpusFile(`evenings/files/${NAME}`)
const DIGEST = createHash('sha256').update(ROUND_1).digest('hex')
/** An answer that never comes is a failure of its test, and holds up nothing else. */
const ENDS = { timeout: 120_000 }

t.test('what is missing', ENDS, async t => {
  const { app, db, token } = await testApp(t)
  const headers = { authorization: `Bearer ${token}` }
  const ask = async (files: object[], as = headers) => {
    const answer = await app.inject({ method: 'POST', url: ROUTES.missing, headers: as, payload: { files } })
    return answer.statusCode === 200 ? missingResponseSchema.parse(answer.json()).missing : answer.json()
  }
  const bytes = ROUND_1.length
  for (const [name, content] of [
    [NAME, ROUND_1],
    ['2026-05-06-204850-supply-round-1.txt', Buffer.from('damaged')],
    ['../2026-05-06-204850-supply-round-1.txt', ROUND_1],
    [`${'x'.repeat(300)}.txt`, ROUND_1],
    ['a\u0000b.txt', ROUND_1],
  ] as const) {
    const form = new Request('http://x', { method: 'POST', body: fileForm(name, content) })
    const type = form.headers.get('content-type') ?? ''
    const payload = Buffer.from(await form.arrayBuffer())
    await app.inject({
      method: 'POST',
      url: ROUTES.files,
      headers: { ...headers, 'content-type': type },
      payload,
    })
  }

  t.same(await ask([]), [])
  t.same(await ask([{ name: NAME, bytes }]), [], 'name and size decide')
  t.same(await ask([{ name: NAME, bytes: bytes + 1 }]), [NAME], 'another size is another file')
  t.same(
    await ask([{ name: NAME, bytes, sha256: DIGEST.toUpperCase() }]),
    [],
    'the digest decides where it is told',
  )
  t.same(await ask([{ name: NAME, bytes, sha256: '0'.repeat(64) }]), [NAME])
  t.same(
    await ask([{ name: NAME.replace('.txt', ' (1).txt'), bytes }]),
    [],
    'a browser’s suffix is no other file',
  )
  t.same(
    await ask([{ name: '2026-05-06-204850-supply-round-1.txt', bytes: 7 }]),
    [],
    'rejected files are here too',
  )
  for (const name of ['../2026-05-06-204850-supply-round-1.txt', `${'x'.repeat(300)}.txt`, 'a\u0000b.txt']) {
    t.same(await ask([{ name, bytes }]), [], 'also by names that no file can have')
    t.same(await ask([{ name: `${name}x`, bytes }]), [`${name}x`])
  }
  const asked = [
    { name: 'b.txt', bytes: 1 },
    { name: NAME, bytes },
    { name: 'a.txt', bytes: 5_000_000_000 },
  ]
  t.same(await ask(asked), ['b.txt', 'a.txt'], 'in the order of the question')
  const other = await createToken(db, { serverName: 'another', timezone: null })
  const otherHeaders = { authorization: `Bearer ${other.token}` }
  t.same(await ask([{ name: NAME, bytes }], otherHeaders), [NAME], 'another server has delivered nothing')

  const many = Array.from({ length: MAX_MISSING_FILES }, (_, i) => ({
    name: `${i}-${'\u0001'.repeat(130)}`,
    bytes: i,
    sha256: DIGEST,
  }))
  t.equal((await ask(many)).length, MAX_MISSING_FILES)
  const tooMany = await ask([...many, { name: 'one more', bytes: 1 }])
  t.match(tooMany, { status: 400, code: 'malformed_request', detail: new RegExp(String(MAX_MISSING_FILES)) })
  t.match(await ask([{ name: NAME }]), { status: 400, code: 'malformed_request', detail: /bytes/ })
  t.match(await ask([{ name: NAME, bytes }], { authorization: 'Bearer x' }), { status: 401 })
  const text = { ...headers, 'content-type': 'text/plain' }
  const wrongType = await app.inject({ method: 'POST', url: ROUTES.missing, headers: text, payload: 'x' })
  t.match(wrongType.json(), { status: 400, code: 'malformed_request', detail: /application\/json/ })
  const json = { ...headers, 'content-type': 'application/json' }
  const notJson = await app.inject({
    method: 'POST',
    url: ROUTES.missing,
    headers: json,
    payload: '{"files":',
  })
  t.match(notJson.json(), { status: 400, code: 'malformed_request' })
})

t.test('health, readiness and figures', ENDS, async t => {
  const { app, db, pool, state, token } = await testApp(t)
  t.match((await app.inject('/healthz')).json(), { status: 'ok', version: /\d/ })
  t.match((await app.inject('/readyz')).json(), { status: 'ready', database: 'up', discord: 'off' })

  await t.test('missing migrations make it unready', async t => {
    const { rows } = await pool.query('delete from migrations where name like $1 returning *', ['0002%'])
    const answer = await app.inject('/readyz')
    t.equal(answer.statusCode, 503)
    t.match(answer.json(), { database: 'migrations missing', missingMigrations: [/^0002/] })
    const [row] = rows
    await pool.query('insert into migrations (name, sha256) values ($1, $2)', [row.name, row.sha256])
    t.equal((await app.inject('/readyz')).statusCode, 200)
  })

  await t.test('before the tables are prepared everything but the probes is 503', async t => {
    state.databasePrepared = false
    for (const url of ['/api/v1/files', '/api/v1/files?limit=3']) {
      const answer = await app.inject({ url, headers: { authorization: `Bearer ${token}` } })
      t.match(answer.json(), { status: 503, code: 'database_unavailable' })
      t.ok(answer.headers['retry-after'])
    }
    t.equal((await app.inject('/readyz')).statusCode, 503)
    t.equal((await app.inject('/healthz')).statusCode, 200)
    t.equal((await app.inject('/docs')).statusCode, 200)
    state.databasePrepared = true
  })

  await t.test('an agent’s heartbeat is stored, answered, and seen on /metrics', async t => {
    const payload = {
      agentId: 'host-1',
      version: '0.1.0',
      source: 'agent',
      startedAt: '2026-05-05T20:00:00Z',
      sentAt: '2026-05-05T20:48:50+02:00',
      waiting: 3,
      oldestWaitingAt: new Date(Date.now() - 60_000).toISOString(),
      lastError: 'connection refused \u0000',
    }
    const headers = { authorization: `Bearer ${token}` }
    const beat = () => app.inject({ method: 'POST', url: ROUTES.heartbeat, headers, payload })
    t.match((await beat()).json(), { serverTime: /Z$/, version: /\d/ })
    t.equal((await beat()).statusCode, 200, 'again and again')
    t.equal((await pool.query('select * from agent_heartbeats')).rowCount, 1)
    const text = (await app.inject('/metrics')).body
    t.match(text, /^debrief_agent_waiting_files\{server="test",agent="host-1"\} 3$/m)
    t.match(text, /^debrief_agent_oldest_waiting_seconds\{server="test",agent="host-1"\} (59|6\d)/m)
    t.match(text, /^debrief_agent_silent_seconds\{server="test",agent="host-1"\} [0-5]/m)
    const late = await app.inject({
      method: 'POST',
      url: ROUTES.heartbeat,
      headers,
      payload: { agentId: 'x' },
    })
    t.match(late.json(), { status: 400, code: 'malformed_request' })
  })

  await t.test('uploads and what waits are counted', async t => {
    for (const content of [ROUND_1, ROUND_1, Buffer.from('damaged')]) {
      const request = new Request('http://x', { method: 'POST', body: fileForm(NAME, content) })
      await app.inject({
        method: 'POST',
        url: ROUTES.files,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': request.headers.get('content-type') ?? '',
        },
        payload: Buffer.from(await request.arrayBuffer()),
      })
    }
    await db.deleteFrom('outbox').execute()
    await pool.query(
      `insert into outbox (kind, subject, payload, created_at) values ('x', 'y', '{}', now() - interval '90 s')`,
    )
    const text = (await app.inject('/metrics')).body
    t.match(text, /^debrief_files_total\{outcome="imported",source="manual"\} 1$/m)
    t.match(text, /^debrief_files_total\{outcome="duplicate",source="manual"\} 1$/m)
    t.match(text, /^debrief_files_rejected_total\{code="\w+"\} 1$/m)
    t.match(text, new RegExp(`^debrief_upload_bytes_total ${2 * ROUND_1.length + 7}$`, 'm'))
    t.match(text, /^debrief_import_seconds_count 2$/m)
    t.match(text, /^debrief_outbox_waiting 1$/m)
    t.match(text, /^debrief_outbox_oldest_seconds 9\d/m)
    t.match(text, /^debrief_newest_file_age_seconds\{server="test"\} \d/m)
    t.match(text, /^debrief_database_up 1$/m)
    t.match(text, /^debrief_http_request_seconds_count\{.*route="\/api\/v1\/files",status="422"\} 1$/m)
    t.match(text, /^process_resident_memory_bytes \d+/m)
  })
})

const READING = ['sessions', 'sessions/latest', 'sessions/{session}', 'rounds/{round}', 'live'].map(
  path => `/api/v1/${path}`,
)
const PLAYERS = [
  'players',
  'players/{guid}',
  'leaderboards/{by}',
  'records',
  'maps',
  'maps/{map}',
  'compare',
].map(path => `/api/v1/${path}`)
const AGENT = ['/agent/debrief-agent.cjs', '/agent/sha256']

t.test('the page of the API', ENDS, async t => {
  const { app } = await testApp(t)
  const openapi = (await app.inject('/docs/json')).json()
  t.same(
    Object.keys(openapi.paths).sort(),
    [
      ...[ROUTES.heartbeat, ROUTES.files, ROUTES.missing, '/healthz', '/readyz'],
      ...[...READING, ...PLAYERS, ...AGENT],
    ].sort(),
  )
  const upload = openapi.paths[ROUTES.files].post
  t.match(upload.requestBody.content, { 'multipart/form-data': { schema: { required: ['file'] } } })
  t.strictSame(Object.keys(upload.responses), [
    '200',
    '201',
    '202',
    '400',
    '401',
    '413',
    '415',
    '422',
    '429',
    '503',
  ])

  for (const [path, limit] of [
    ['/api/v1/sessions', { type: 'integer', minimum: 1, maximum: 100, default: 20 }],
    [ROUTES.files, { type: 'integer', minimum: 1, maximum: 500, default: 50 }],
  ] as const) {
    const { parameters } = openapi.paths[path].get
    t.match(
      parameters,
      [{ name: 'limit', required: false, schema: limit }],
      `${path}: what limits it is told`,
    )
  }

  const page = await app.inject('/docs')
  t.match(page.headers['content-type'], 'text/html')
  for (const code of Object.keys(PROBLEM_CODES)) t.match(page.body, `id="${code}"`)
  t.notMatch(
    page.body,
    /<script|style=|https?:\/\//,
    'nothing that a strict policy refuses, nothing from elsewhere',
  )
  t.match(page.headers['content-security-policy'], /default-src 'none'/)
  t.notMatch(page.headers['content-security-policy'], /unsafe/)
  t.equal((await app.inject(/href="(\/assets\/[^"]+css)"/.exec(page.body)?.[1] ?? '')).statusCode, 200)
})

t.test('addresses and methods that are not there', ENDS, async t => {
  const { app } = await testApp(t)
  const cases = [
    ['GET', '/nothing?x=<b>', 404, 'not_found'],
    ['POST', '/nothing', 404, 'not_found'],
    ['GET', '/%', 400, 'malformed_request'],
    ['PUT', ROUTES.files, 405, 'method_not_allowed'],
    ['DELETE', '/healthz', 405, 'method_not_allowed'],
    ['OPTIONS', ROUTES.missing, 405, 'method_not_allowed'],
  ] as const
  for (const [method, url, status, code] of cases) {
    const answer = await app.inject({ method, url, headers: { 'content-type': 'text/odd' }, payload: 'x' })
    t.match(problemSchema.parse(answer.json()), { status, code }, `${method} ${url}`)
    t.equal(answer.statusCode, status)
    t.match(answer.headers['content-type'], 'application/problem+json')
    if (status === 405) t.match(answer.headers.allow, /GET|POST/)
  }
  t.equal((await app.inject({ method: 'HEAD', url: '/healthz' })).statusCode, 200)
})

t.test('an unexpected fault is 500 without its inside, and its stack is logged', ENDS, async t => {
  const logDir = await mkdtemp(join(t.testdir(), 'logs-'))
  const { log, close } = createLogger({ logDir, level: 'silent' })
  const { app, pool, token } = await testApp(t, { log })
  await pool.query('alter table processed_files rename column content to contents')
  const request = new Request('http://x', { method: 'POST', body: fileForm(NAME, ROUND_1) })
  const answer = await app.inject({
    method: 'POST',
    url: ROUTES.files,
    headers: { authorization: `Bearer ${token}`, 'content-type': request.headers.get('content-type') ?? '' },
    payload: Buffer.from(await request.arrayBuffer()),
  })
  t.match(problemSchema.parse(answer.json()), { status: 500, code: 'internal_error', retriable: true })
  t.notMatch(answer.body, /column|content"/)
  await close()
  const errors = await readFile(join(logDir, 'errors.log'), 'utf8')
  t.match(errors, /ERROR A request failed[\s\S]*column "content"[\s\S]*\n {4}at /)
  t.notMatch(errors, token)
})

t.test('what is no good HTTP gets one answer, and it is a problem', ENDS, async t => {
  const test = await testApp(t)
  const port = Number(new URL(await test.listen()).port)
  const cases = [
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /no Host header/],
    [
      'a fault behind an answer that was given at once',
      'GET /rounds/% HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: identity\r\n\r\n',
      /not a valid url/,
    ],
    [
      'an expectation that nobody knows is passed over',
      'GET /rounds/% HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: wonders\r\n\r\n',
      /not a valid url/,
    ],
    ['a NUL in an address', 'GET /api/v1/maps/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /NUL/],
    ['no HTTP', 'HELO x\r\n\r\n', /not valid HTTP/],
  ] as const
  for (const [what, bytes, detail] of cases) {
    const { status, body } = await send(port, Buffer.from(bytes), true)
    t.equal(status, 400, what)
    t.match(problemSchema.parse(JSON.parse(body)), { code: 'malformed_request', detail }, what)
  }
})

t.test(
  'over TLS, with the certificate of the settings, and with a renewed one without a restart',
  ENDS,
  async t => {
    const [first, second] = [await testCertificate(), await testCertificate()]
    const folder = t.testdir()
    const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
    const lines: { level: number; msg: string }[] = []
    const log = pino({ level: 'info' }, { write: line => void lines.push(JSON.parse(line)) })
    await writeFile(files.certFile, first.cert)
    await writeFile(files.keyFile, first.key)
    const tls = { ...first, ...files }
    const { app, state } = await testApp(t, { config: { tls }, log })
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    t.match(address, /^https:/)
    const ask = (ca: string, agent: Agent | false = false) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const signal = AbortSignal.timeout(30_000)
        get(`${address}/healthz`, { ca, agent, signal }, answer => resolve(answer.resume())).on(
          'error',
          reject,
        )
      })
    const answer = await ask(first.cert)
    t.equal(answer.statusCode, 200)
    t.match(answer.headers['strict-transport-security'], /max-age/)
    await t.rejects(fetch(`${address}/healthz`), 'a certificate that nobody vouches for is refused')

    const stopping = new AbortController()
    // Also where a wait was in vain: a loop that goes on would keep the process for ever.
    t.teardown(() => stopping.abort())
    const keeping = keepCertificate({ server: app.server, tls, state, log, lookEveryMs: 10 }, stopping.signal)
    const kept = new Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => kept.destroy())
    await ask(first.cert, kept)

    // Half of a renewal: this certificate is not that of the old key.
    await replace(files.certFile, second.cert)
    await until('it is said', () => lines.some(({ msg }) => /cannot be used now/.test(msg)))
    t.equal((await ask(first.cert)).statusCode, 200, 'the old one is still served')
    await replace(files.keyFile, second.key)
    await until('the new one is in use', () => lines.some(({ msg }) => /renewed certificate/.test(msg)))
    t.equal((await ask(second.cert)).statusCode, 200)
    await t.rejects(ask(first.cert), 'the old one is not served any more')
    t.equal((await ask(first.cert, kept)).statusCode, 200, 'an open connection goes on')
    kept.destroy()
    const end = Number(
      /^debrief_tls_certificate_end_seconds (\S+)$/m.exec((await app.inject('/metrics')).body)?.[1],
    )
    t.equal(end * 1000, Date.parse(new X509Certificate(second.cert).validTo))
    t.equal(lines.filter(({ level }) => level === 40).length, 1, 'the half was said once')
    stopping.abort()
    await keeping
  },
)

/** In one step: a file that is half written is another fault, and said as well. */
async function replace(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}
