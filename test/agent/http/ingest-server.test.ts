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

t.test('every answer may name the database behind it; one that does not is as good', async t => {
  const answers = [{ missing: [], database: '7001/1' }, { missing: [] }, { missing: [], database: '7001/2' }]
  const { server, databases } = await stage(t, (_request, response, count) =>
    sendJson(response, answers[count - 1] ?? {}),
  )
  for (const _ of answers) t.match(await server.missing(NOTHING, signal), { kind: 'answered' })
  t.same(databases, ['7001/1', '7001/2'])
})
