import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import { isStaleConnection, toSentence } from './connection-faults.ts'
import type { HttpTimeouts } from './http-timeouts.ts'
import { trustedCertificates } from './trusted-certificates.ts'

export interface Connections {
  pool: Dispatcher
  timeouts: HttpTimeouts
  close(): void
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** No answer of ours is larger: what is, comes from something else. */
const MAX_ANSWER_BYTES = 4_194_304
/** Four uploads, a question and a heartbeat at once, for each of two sources. */
const MAX_CONNECTIONS = 8
/** Shorter than servers keep an idle connection, so that none is taken up just as it is closed. */
const IDLE_MS = 4_000

/**
 * A few kept connections to one origin. System CAs, the host's and `caCert` are trusted; nothing turns verification
 * off, NODE_TLS_REJECT_UNAUTHORIZED in the environment neither. Redirects are not followed: the token goes nowhere else.
 */
export function openConnections(url: URL, caCert: string | null, timeouts: HttpTimeouts): Connections {
  const isSecure = url.protocol === 'https:'
  const pool = new Pool(url.origin, {
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    headersTimeout: timeouts.silenceMs,
    bodyTimeout: timeouts.silenceMs,
    maxResponseSize: MAX_ANSWER_BYTES,
    connect: {
      timeout: timeouts.connectMs,
      rejectUnauthorized: true,
      ...(isSecure ? { ca: trustedCertificates(caCert) } : {}),
    },
  })
  return { pool, timeouts, close: () => void pool.destroy() }
}

export interface Call {
  method: 'GET' | 'POST'
  url: URL
  headers: Record<string, string>
  body: Uint8Array | null
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
    const { statusCode, headers, body } = await sendAgainIfStale(connections.pool, what, limit.signal)
    return { status: statusCode, headers, text: await body.text() }
  } catch (error) {
    // The reason of the abort says more than "aborted" does.
    throw limit.signal.aborted ? limit.signal.reason : toSentence(error, timeouts)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/**
 * A kept connection that the server closed at this very moment says nothing about the server: once more, at once, on
 * a new one. Every request of ours may be repeated.
 */
async function sendAgainIfStale(
  pool: Dispatcher,
  what: Call,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  try {
    return await send(pool, what, signal)
  } catch (error) {
    if (signal.aborted || !isStaleConnection(error)) throw error
    return send(pool, what, signal)
  }
}

function send(pool: Dispatcher, what: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { method, url, headers, body } = what
  return pool.request({ method, path: `${url.pathname}${url.search}`, headers, body, signal })
}
