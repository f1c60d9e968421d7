import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import {
  type HeartbeatRequest,
  heartbeatRequestSchema,
  missingRequestSchema,
  type Problem,
  type Receipt,
  ROUTES,
  uploadFieldsSchema,
} from '@debrief/shared'

/** Every way in which the real server, or what stands between, has been seen to fail. */
export type Fault =
  | 'error-500'
  | 'unavailable-503'
  | 'too-fast-429'
  | 'hang'
  | 'cut-request'
  | 'answer-lost'
  | 'answer-cut'
  | 'captive-portal'
  | 'redirect'
  | 'nginx-413'
  | 'balancer-503'
  | 'foreign-receipt'

interface SeenRequest {
  path: string
  at: number
  userAgent: string
  fault: Fault | null
}

interface SeenUpload {
  name: string
  sha256: string
  parts: string[]
  source: string | undefined
  mtime: string | undefined
  at: number
  status: number
}

export interface FakeIngest {
  url: string
  tokens: Set<string>
  requests: SeenRequest[]
  uploads: SeenUpload[]
  questions: { name: string; bytes: number; sha256?: string | undefined }[][]
  heartbeats: HeartbeatRequest[]
  /** Decides, request by request, how the server fails; null: it does not. */
  misbehave(decide: (path: string) => Fault | null): void
  retryAfterSeconds: number
  knowsHeartbeat: boolean
  /** Which database answers; null: it does not say. */
  database: string | null
  /** Its own, as `/healthz` tells it. */
  version: string
  /** What it says of a cut file. */
  detail: string
  /** All kept contents of a name, oldest first. */
  contentsOf(name: string): Buffer[]
  /** The last content of each name. */
  files(): Map<string, Buffer>
  forgetAll(): void
  stop(): Promise<void>
  /** On the same port. */
  start(): Promise<void>
}

/**
 * Keeps the promises of the ingest API's contract without a database, and breaks them on demand. For the agent's own
 * tests; the journeys use the real server. What ends without a line end is rejected, everything else imported.
 */
export async function startFakeIngest({
  tls,
}: {
  tls?: { key: string; cert: string }
} = {}): Promise<FakeIngest> {
  const kept = new Map<string, Map<string, { content: Buffer; receipt: Receipt; problem: Problem | null }>>()
  let decide: (path: string) => Fault | null = () => null
  let server: Server
  let port = 0
  let rounds = 0

  const fake: FakeIngest = {
    url: '',
    tokens: new Set(['good-token']),
    requests: [],
    uploads: [],
    questions: [],
    heartbeats: [],
    retryAfterSeconds: 1,
    knowsHeartbeat: true,
    database: null,
    version: '0.1.0',
    detail: 'The last line has no end.',
    misbehave: how => {
      decide = how
    },
    contentsOf: name => [...(kept.get(name)?.values() ?? [])].map(entry => entry.content),
    files: () => new Map([...kept].map(([name, contents]) => [name, last([...contents.values()]).content])),
    forgetAll: () => kept.clear(),
    stop,
    start,
  }

  function start(): Promise<void> {
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      handle(request, response).catch(() => response.destroy())
    }
    server = tls ? createSecureServer(tls, listener) : createServer(listener)
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as AddressInfo).port
        fake.url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`
        resolve()
      })
    })
  }

  function stop(): Promise<void> {
    return new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://fake').pathname
    const dryRun = (request.url ?? '').includes('dryRun=true')
    const fault = decide(path)
    fake.requests.push({
      path,
      at: performance.now(),
      userAgent: String(request.headers['user-agent']),
      fault,
    })
    if (fault === 'hang') {
      request.resume()
      return
    }
    if (fault === 'cut-request') {
      request.once('data', () => request.destroy())
      request.once('end', () => request.destroy())
      return
    }
    const body = await readBody(request)
    if (path === '/readyz') return send(response, 200, { status: 'ready' }, fault)
    if (path === '/healthz')
      return send(response, 200, { status: 'ok', version: fake.version, ...databaseOf(fake) }, fault)
    switch (fault) {
      case 'error-500':
        return sendProblem(response, 500, 'internal_error', true)
      case 'unavailable-503':
      case 'too-fast-429':
        response.setHeader('retry-after', String(fake.retryAfterSeconds))
        return sendProblem(response, fault === 'too-fast-429' ? 429 : 503, 'too_fast', true)
      case 'captive-portal':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome to the airport</h1>')
        return
      case 'redirect':
        response.writeHead(302, { location: 'https://login.example/' }).end()
        return
      case 'balancer-503':
        response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>503 Service Unavailable</h1>')
        return
      case 'nginx-413':
        response.writeHead(413, { 'content-type': 'text/html' }).end('<h1>413 Request Entity Too Large</h1>')
        return
      default:
    }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (!fake.tokens.has(token)) {
      response.setHeader('www-authenticate', 'Bearer')
      return sendProblem(response, 401, 'unauthorized', false)
    }
    switch (path) {
      case ROUTES.missing: {
        const { files } = missingRequestSchema.parse(JSON.parse(body.toString('utf8')))
        fake.questions.push(files)
        const missing = files.filter(file => !isKept(file)).map(file => file.name)
        return send(response, 200, { missing, ...databaseOf(fake) }, fault)
      }
      case ROUTES.heartbeat:
        if (!fake.knowsHeartbeat) return sendProblem(response, 404, 'not_found', false)
        fake.heartbeats.push(heartbeatRequestSchema.parse(JSON.parse(body.toString('utf8'))))
        return send(
          response,
          200,
          { serverTime: new Date().toISOString(), version: fake.version, ...databaseOf(fake) },
          fault,
        )
      case ROUTES.files:
        return takeUpload(request, response, body, dryRun, fault)
      default:
        return sendProblem(response, 404, 'not_found', false)
    }
  }

  function isKept({
    name,
    bytes,
    sha256,
  }: {
    name: string
    bytes: number
    sha256?: string | undefined
  }): boolean {
    const contents = kept.get(name)
    if (!contents) return false
    if (sha256) return contents.has(sha256)
    return [...contents.values()].some(entry => entry.content.length === bytes)
  }

  async function takeUpload(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    dryRun: boolean,
    fault: Fault | null,
  ): Promise<void> {
    const headers = { 'content-type': String(request.headers['content-type']) }
    const form = await new Response(new Uint8Array(body), { headers }).formData()
    const parts = [...form.keys()]
    const fields = uploadFieldsSchema.parse(
      Object.fromEntries([...form].filter(([, value]) => typeof value === 'string')),
    )
    const file = form.get('file')
    if (!(file instanceof File)) return sendProblem(response, 400, 'no_file', false)
    const content = Buffer.from(await file.arrayBuffer())
    const sha256 = createHash('sha256').update(content).digest('hex')
    if (fields.sha256 && fields.sha256 !== sha256) return sendProblem(response, 400, 'digest_mismatch', false)

    const before = kept.get(file.name)?.get(sha256)
    const entry = before ?? { content, ...judge(file.name, content, sha256) }
    if (!dryRun) {
      const contents = kept.get(file.name) ?? new Map()
      contents.set(sha256, entry)
      kept.set(file.name, contents)
    }
    const duplicate = before !== undefined
    const status = entry.problem ? 422 : duplicate || dryRun ? 200 : 201
    const seen = {
      name: file.name,
      sha256,
      parts,
      source: fields.source,
      mtime: fields.mtime,
      at: performance.now(),
    }
    fake.uploads.push({ ...seen, status })
    const receipt = { ...entry.receipt, duplicate, ...databaseOf(fake) }
    if (fault === 'foreign-receipt') receipt.file = { ...receipt.file, sha256: 'f'.repeat(64) }
    if (entry.problem) return send(response, status, { ...entry.problem, receipt }, fault)
    return send(response, status, receipt, fault)
  }

  function judge(
    name: string,
    content: Buffer,
    sha256: string,
  ): { receipt: Receipt; problem: Problem | null } {
    const receivedAt = new Date().toISOString()
    const base = {
      duplicate: false,
      file: { name, sha256, bytes: content.length, receivedAt },
      warnings: [],
      tookMs: 1,
    }
    if (content.at(-1) !== 0x0a) {
      const code = content.length === 0 ? 'empty' : 'no_final_newline'
      const { detail } = fake
      const problem = {
        type: 'about:blank',
        title: 'Cut',
        status: 422,
        detail,
        code,
        retriable: false,
        line: 1,
      }
      return {
        receipt: { ...base, status: 'rejected', round: null, problem: { code, line: 1, detail } },
        problem,
      }
    }
    rounds++
    const round = { id: rounds, map: 'supply', roundNumber: 1, endedAt: receivedAt, gamingSessionId: 1 }
    return {
      receipt: {
        ...base,
        status: 'imported',
        round: { ...round, players: 6, weapons: 40, status: 'complete' },
      },
      problem: null,
    }
  }

  await start()
  return fake
}

function databaseOf({ database }: FakeIngest): { database?: string } {
  return database === null ? {} : { database }
}

function send(response: ServerResponse, status: number, body: object, fault: Fault | null): void {
  const text = JSON.stringify(body)
  if (fault === 'answer-lost') {
    response.destroy()
    return
  }
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  if (fault === 'answer-cut') {
    response.write(text.slice(0, text.length / 2), () => response.destroy())
    return
  }
  response.end(text)
}

function sendProblem(response: ServerResponse, status: number, code: string, retriable: boolean): void {
  const problem = { type: 'about:blank', title: code, status, detail: `It is ${code}.`, code, retriable }
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

function last<T>(items: T[]): T {
  const item = items.at(-1)
  if (item === undefined) throw new Error('There is no last item in an empty list.')
  return item
}
