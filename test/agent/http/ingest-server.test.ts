import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import t from 'tap'
import { connectIngestServer } from '../../../agent/src/http/ingest-server.ts'
import { testCertificate } from '../../server/http/test-certificate.ts'

type Test = { teardown(fn: () => unknown): unknown }
type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void

const TIMEOUTS = { connectMs: 2_000, silenceMs: 2_000, totalMs: 2_000 }
const { signal } = new AbortController()
const NOTHING = { files: [] }

/** A server that answers as it is told, and the agent's view of it. */
async function stage(t: Test, answer: Answer, tls: { key: string; cert: string } | null = null) {
  const requests: IncomingMessage[] = []
  const sockets = new Set<Socket>()
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    request.resume().once('end', () => answer(request, response, requests.length))
  }
  const http = tls ? createSecureServer(tls, listener) : createServer(listener)
  http.on('connection', socket => sockets.add(socket))
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const ingestUrl = new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${(http.address() as AddressInfo).port}`)
  const databases: string[] = []
  const server = connectIngestServer({
    ...{ ingestUrl, token: () => 'good-token', caCert: null, timeouts: TIMEOUTS },
    onDatabase: database => databases.push(database),
  })
  t.teardown(() => {
    server.close()
    http.closeAllConnections()
    http.close()
  })
  return { server, requests, sockets, databases, ingestUrl }
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

t.test('a kept connection that the server closes at that very moment is no failure', async t => {
  const { server, requests, sockets } = await stage(t, (request, response, count) => {
    // The second request meets a server that drops the connection it came by.
    if (count === 2) request.socket.destroy()
    else sendJson(response, { missing: [] })
  })
  t.match(await server.missing(NOTHING, signal), { kind: 'answered' })
  // The connection is free again some turns after its answer was read.
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
  t.match(await server.missing(NOTHING, signal), { kind: 'answered' })
  t.equal(requests.length, 3)
  t.equal(sockets.size, 2, 'two requests by one connection, the third by a new one')
})

t.test(
  'a connection that is closed without any answer, again and again, is a failure with a sentence',
  async t => {
    const { server, requests } = await stage(t, request => request.socket.destroy())
    t.match(await server.missing(NOTHING, signal), {
      kind: 'retry',
      reason: /could not be reached: the connection was closed before the answer was whole\./,
      fault: 'server',
    })
    t.equal(requests.length, 1)
  },
)

t.test('a redirect is not followed: the token goes nowhere else', async t => {
  const elsewhere = await stage(t, (_request, response) => sendJson(response, { missing: [] }))
  for (const status of [301, 302, 307, 308]) {
    const { server } = await stage(t, (_request, response) => {
      response.writeHead(status, { location: elsewhere.ingestUrl.href }).end()
    })
    t.match(await server.missing(NOTHING, signal), {
      kind: 'retry',
      reason: /wrong INGEST_URL.*It points to/,
    })
  }
  t.equal(elsewhere.requests.length, 0)
})

t.test('an endless answer is cut off', async t => {
  const { server } = await stage(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
    }
    response.on('drain', more)
    more()
  })
  t.match(await server.missing(NOTHING, signal), { kind: 'retry', reason: /the answer is endless/ })
})

t.test('silence, and an answer that drips, end by their limits', async t => {
  const silent = await stage(t, () => {})
  t.match(await silent.server.missing(NOTHING, signal), { reason: /silence for 2 seconds|within 2 seconds/ })
  const dripping = await stage(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 100)
    response.on('close', () => clearInterval(timer))
  })
  t.match(await dripping.server.missing(NOTHING, signal), { reason: /no whole answer within 2 seconds/ })
})

t.test('a balancer without a server behind it is told from a wrong address', async t => {
  for (const status of [502, 503, 504]) {
    const { server } = await stage(t, (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html', 'retry-after': '7' }).end('<h1>no</h1>')
    })
    const reason = `A proxy or balancer answers (${status}), and has no server behind it at the moment.`
    t.same(await server.missing(NOTHING, signal), {
      ...{ kind: 'retry', reason, retryAfterMs: 7_000, fault: 'server' },
    })
  }
})

t.test('a stranger’s certificate is refused, also where the environment says otherwise', async t => {
  const { server, requests } = await stage(
    t,
    (_request, response) => sendJson(response, { missing: [] }),
    await testCertificate(),
  )
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  t.teardown(() => {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  })
  t.match(await server.missing(NOTHING, signal), { kind: 'retry', reason: /certificate/ })
  t.equal(requests.length, 0, 'no token went to a stranger')
})

t.test('of what a server says so much is kept as a sentence needs', async t => {
  const long = 'D'.repeat(1_000_000)
  const sha256 = 'a'.repeat(64)
  const file = { name: 'x', content: Buffer.from('x'), sha256, mtimeMs: 0, source: 'agent' as const }
  const problem = { type: '', title: '', status: 422, detail: long, code: long, retriable: false }
  const receipt = {
    ...{ status: 'rejected', duplicate: false, file: { name: 'x', sha256, bytes: 1, receivedAt: null } },
    ...{ round: null, warnings: [], tookMs: 1, problem: { code: 'empty', line: 1, detail: long } },
  }
  const answers: [number, object][] = [
    [422, problem],
    [200, receipt],
    [503, { ...problem, status: 503 }],
    [302, {}],
  ]
  const { server } = await stage(t, (_request, response, count) => {
    const [status, body] = answers[count - 1] ?? [200, { serverTime: '2026-01-01T00:00:00Z', version: long }]
    const type = status === 302 ? 'text/html' : 'application/json'
    response
      .writeHead(status, { 'content-type': type, location: 'L'.repeat(8_000) })
      .end(JSON.stringify(body))
  })
  for (const [status] of answers)
    t.ok(JSON.stringify(await server.upload(file, signal)).length < 1_000, `${status}`)
  const heartbeat = { agentId: 'a', version: '1', source: 'agent' as const, startedAt: '', sentAt: '' }
  const beat = await server.heartbeat(
    { ...heartbeat, waiting: 0, oldestWaitingAt: null, lastError: null },
    signal,
  )
  t.equal(beat.kind, 'answered')
  t.ok(JSON.stringify(beat).length < 1_000)
})

t.test('every answer may name the database behind it; one that does not is as good', async t => {
  const answers = [{ missing: [], database: '7001/1' }, { missing: [] }, { missing: [], database: '7001/2' }]
  const { server, databases } = await stage(t, (_request, response, count) =>
    sendJson(response, answers[count - 1] ?? {}),
  )
  for (const _ of answers) t.match(await server.missing(NOTHING, signal), { kind: 'answered' })
  t.same(databases, ['7001/1', '7001/2'])
})
