import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from 'node:http'
import { Agent as HttpsAgent, request as requestSecurely } from 'node:https'
import type { Socket } from 'node:net'
import { trustedCertificates } from './trusted-certificates.ts'

export interface HttpTimeouts {
  connectMs: number
  /** Until the head of the answer, and between two pieces of its body. */
  silenceMs: number
  /** Everything: against a server that sends one byte a minute. */
  totalMs: number
}

export const HTTP_TIMEOUTS: HttpTimeouts = { connectMs: 10_000, silenceMs: 30_000, totalMs: 90_000 }

export interface Connections {
  agent: HttpAgent | HttpsAgent
  timeouts: HttpTimeouts
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** No answer of ours is larger: what is, comes from something else. */
const MAX_ANSWER_BYTES = 4_194_304
/** Shorter than servers keep an idle connection, so that none is taken up just as it is closed. */
const IDLE_MS = 4_000

/**
 * Node's own client: undici does the same, but its 20 MB of memory would be a quarter of all that this agent uses.
 * System CAs, the host's and `caCert` are trusted; nothing turns verification off.
 */
export function openConnections(url: URL, caCert: string | null, timeouts: HttpTimeouts): Connections {
  const options = { keepAlive: true, maxSockets: 8, timeout: IDLE_MS }
  const agent =
    url.protocol === 'https:'
      ? new HttpsAgent({ ...options, ca: trustedCertificates(caCert) })
      : new HttpAgent(options)
  return { agent, timeouts }
}

export interface Call {
  method: 'GET' | 'POST'
  url: URL
  headers: OutgoingHttpHeaders
  body: Buffer | null
}

/** One request with a time limit on each of its steps. Throws whatever went wrong, in words. */
export async function call(connections: Connections, what: Call, signal: AbortSignal): Promise<Answer> {
  const { timeouts } = connections
  const limit = new AbortController()
  const stop = () => limit.abort(signal.reason)
  signal.throwIfAborted()
  signal.addEventListener('abort', stop, { once: true })
  const seconds = timeouts.totalMs / 1000
  const timer = setTimeout(
    () => limit.abort(new Error(`no whole answer within ${seconds} seconds`)),
    timeouts.totalMs,
  )
  try {
    const response = await send(connections, what, limit.signal)
    return { status: response.statusCode ?? 0, headers: response.headers, text: await readText(response) }
  } catch (error) {
    // The reason of the abort says more than "aborted" does.
    throw limit.signal.aborted ? limit.signal.reason : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

function send({ agent, timeouts }: Connections, what: Call, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = what.url.protocol === 'https:' ? requestSecurely : request
    const { method, body } = what
    const length = body ? { 'content-length': body.length } : {}
    const outgoing = start(what.url, { method, agent, signal, headers: { ...what.headers, ...length } })
    outgoing.setTimeout(timeouts.silenceMs, () => {
      outgoing.destroy(new Error(`silence for ${timeouts.silenceMs / 1000} seconds`))
    })
    outgoing.once('socket', socket =>
      limitConnecting(socket, timeouts.connectMs, error => outgoing.destroy(error)),
    )
    outgoing.once('response', resolve)
    outgoing.on('error', reject)
    outgoing.end(body ?? undefined)
  })
}

function limitConnecting(socket: Socket, ms: number, fail: (error: Error) => void): void {
  if (!socket.connecting) return
  const timer = setTimeout(() => fail(new Error(`no connection within ${ms / 1000} seconds`)), ms)
  const clear = () => clearTimeout(timer)
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', clear)
  socket.once('close', clear)
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response) {
    length += part.length
    if (length > MAX_ANSWER_BYTES) throw new Error('the answer is endless')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
