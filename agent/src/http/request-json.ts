import type { IncomingHttpHeaders } from 'node:http'
import { USER_AGENT } from '../version.ts'
import { call } from './call.ts'
import { cut } from './cut-words.ts'
import type { Caller, Unanswered } from './outcomes.ts'

export interface JsonAnswer {
  kind: 'json'
  status: number
  json: unknown
  retryAfterMs: number | null
}

export interface Form {
  contentType: string
  content: Uint8Array
}

/**
 * One POST. What comes back is JSON of any status, or a reason to try again: no connection, a cut or endless answer,
 * and every page that is not JSON (a captive portal's 200, a proxy's 502, a redirect to a login).
 */
export async function requestJson(
  caller: Caller,
  path: string,
  body: Form | string,
  signal: AbortSignal,
): Promise<JsonAnswer | Unanswered> {
  try {
    const answer = await call(
      caller.connections,
      {
        method: 'POST',
        url: new URL(`.${path}`, withSlash(caller.origin)),
        headers: {
          authorization: `Bearer ${caller.token()}`,
          'user-agent': USER_AGENT,
          accept: 'application/json, application/problem+json',
          'content-type': typeof body === 'string' ? 'application/json' : body.contentType,
        },
        body: typeof body === 'string' ? Buffer.from(body) : body.content,
      },
      signal,
    )
    const { status, headers } = answer
    const retryAfterMs = readRetryAfter(headers['retry-after'], headers.date)
    const json = isJson(headers['content-type']) ? parse(answer.text) : undefined
    if (json === undefined) return notOurAnswer(status, headers, retryAfterMs)
    return { kind: 'json', status, json, retryAfterMs }
  } catch (error) {
    signal.throwIfAborted()
    const reason = `${caller.origin.host} could not be reached: ${causeOf(error)}.`
    return { kind: 'retry', reason, retryAfterMs: null, fault: 'server' }
  }
}

function notOurAnswer(status: number, headers: IncomingHttpHeaders, retryAfterMs: number | null): Unanswered {
  if (status === 401 || status === 403) {
    return {
      kind: 'unauthorized',
      reason: `Something before the server refuses us (${status}, not an answer of Debrief).`,
    }
  }
  // Said by what stands before the server: a balancer none of whose servers is ready answers so, in HTML.
  if ([502, 503, 504].includes(status)) {
    const reason = `A proxy or balancer answers (${status}), and has no server behind it at the moment.`
    return { kind: 'retry', reason, retryAfterMs, fault: 'server' }
  }
  const target =
    status >= 300 && status < 400 && headers.location
      ? ` It points to ${cut(String(headers.location), 200)}.`
      : ''
  return {
    kind: 'retry',
    reason: `The answer (${status}) is not one of a Debrief server: a proxy, a login page, or a wrong INGEST_URL.${target}`,
    retryAfterMs,
    fault: status >= 500 ? 'request' : 'server',
  }
}

function isJson(contentType: string | string[] | undefined): boolean {
  return /^application\/(problem\+)?json\b/i.test(String(contentType ?? ''))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Seconds, or a date by the server's clock: ours may be wrong. */
function readRetryAfter(
  value: string | string[] | undefined,
  date: string | string[] | undefined,
): number | null {
  const text = String(value ?? '').trim()
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const until = Date.parse(text)
  if (Number.isNaN(until)) return null
  const now = Date.parse(String(date ?? ''))
  return Math.max(0, until - (Number.isNaN(now) ? Date.now() : now))
}

/** An origin may have a path, where a proxy serves Debrief below one. */
function withSlash(origin: URL): URL {
  return origin.pathname.endsWith('/') ? origin : new URL(`${origin.href}/`)
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError) return error.errors.map(causeOf).join('; ')
  return error.message || ('code' in error ? String(error.code) : error.name)
}
