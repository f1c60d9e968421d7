import type { FastifyRequest } from 'fastify'
import { RequestFault } from './request-fault.ts'

/** Our deepest body is a list of objects in an object. */
const MAX_DEPTH = 8

/**
 * A body of JSON. The brackets are looked at first: ten megabytes of them take a parser two seconds, in which nobody
 * else is served; counting takes milliseconds.
 */
export async function parseJson(_request: FastifyRequest, body: Buffer): Promise<unknown> {
  if (body.length === 0) throw new RequestFault('malformed_request', 'The body is empty; JSON is expected.')
  if (isTooDeep(body)) {
    throw new RequestFault('malformed_request', `The JSON is nested deeper than ${MAX_DEPTH} levels.`)
  }
  try {
    // What schemas do not name is dropped by them, `__proto__` too.
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new RequestFault('malformed_request', 'The body is not valid JSON.')
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

function isTooDeep(body: Buffer): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0
    if (inText) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if (OPENING.has(byte)) {
      depth += 1
      if (depth > MAX_DEPTH) return true
    } else if (CLOSING.has(byte)) depth -= 1
  }
  return false
}
