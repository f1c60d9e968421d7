import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'
import type { AppContext } from '../context.ts'
import { bearerToken } from './bearer-token.ts'
import { RequestFault } from './request-fault.ts'

/**
 * Requests per address: 500 a second. Far above what readers and probes do, and what one address may cost us at
 * most. A sender whose token was good when last seen is not counted: a backlog of years comes as fast as we store it.
 */
const MAX_REQUESTS = 5_000
const WINDOW_MS = 10_000

export function limitRequests(
  app: FastifyInstance,
  { tokens }: Pick<AppContext, 'tokens'>,
): onRequestAsyncHookHandler {
  const count = app.createRateLimit({ max: MAX_REQUESTS, timeWindow: WINDOW_MS })
  return async request => {
    const token = bearerToken(request)
    if (token !== null && tokens.isTrusted(token)) return
    const limit = await count(request)
    if (limit.isAllowed || !limit.isExceeded) return
    throw new RequestFault('too_fast', 'Too many requests came from this address.', {
      'retry-after': String(limit.ttlInSeconds),
    })
  }
}
