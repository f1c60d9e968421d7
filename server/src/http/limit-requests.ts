import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'
import type { AppContext } from '../app-context.ts'
import { bearerToken } from './bearer-token.ts'
import { RequestFault } from './request-fault.ts'

/**
 * Requests per address without a known token, in ten seconds. A page with all that belongs to it is 20 requests, so a
 * whole team behind one address may open it at once, and one address cannot keep us from the uploads.
 */
const MAX_PER_ADDRESS = 1_000
/** Requests per token: a backlog of years comes at 150 files a second, and no broken sender takes more than its share. */
const MAX_PER_TOKEN = 5_000
const WINDOW_MS = 10_000

/** A sender with a valid token is counted by it, and never stopped by what others at his address do. */
export function limitRequests(
  app: FastifyInstance,
  { tokens, state }: Pick<AppContext, 'tokens' | 'state'>,
): onRequestAsyncHookHandler {
  const ofAddress = app.createRateLimit({ max: MAX_PER_ADDRESS, timeWindow: WINDOW_MS })
  const ofToken = app.createRateLimit({
    max: MAX_PER_TOKEN,
    timeWindow: WINDOW_MS,
    keyGenerator: request => `token ${request.tokenHolder?.tokenId}`,
  })
  return async request => {
    const token = bearerToken(request)
    // What answers without the database asks it nothing; the rest says 503 by itself.
    const asks = state.databasePrepared && !request.routeOptions.config.alwaysAnswers
    if (token !== null && asks) request.tokenHolder = await tokens.find(token)
    const limit = await (request.tokenHolder ? ofToken : ofAddress)(request)
    if (limit.isAllowed || !limit.isExceeded) return
    const who = request.tokenHolder ? 'with this token' : 'from this address'
    throw new RequestFault('too_fast', `Too many requests came ${who}.`, {
      'retry-after': String(limit.ttlInSeconds),
    })
  }
}
