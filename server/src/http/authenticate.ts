import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { AppContext } from '../context.ts'
import type { GameServer } from '../game-servers/game-server.ts'
import { bearerToken } from './bearer-token.ts'
import { RequestFault } from './request-fault.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token the request carries; set by `authenticate`. */
    gameServer: GameServer | null
  }
}

/** Wrong tokens per address and minute: tokens have 256 bits, so this protects the database, not the tokens. */
const MAX_FAILURES = 100
const FAILURES_WINDOW_MS = 60_000

/**
 * A hook that tells whose the request is, before a byte of its body is read. The limit on wrong tokens stands before
 * the database; a token that was good when last seen passes it, so nobody can lock an honest sender out.
 */
export function authenticate(
  app: FastifyInstance,
  { tokens }: Pick<AppContext, 'tokens'>,
): onRequestAsyncHookHandler {
  const countFailure = app.createRateLimit({ max: MAX_FAILURES, timeWindow: FAILURES_WINDOW_MS })

  return async request => {
    const token = bearerToken(request)
    if (token === null || !tokens.isTrusted(token)) {
      const failures = await countFailure(request, { increment: false })
      if (!failures.isAllowed && failures.remaining === 0) {
        throw new RequestFault(
          'too_fast',
          'Too many requests without a valid token came from this address.',
          {
            'retry-after': String(failures.ttlInSeconds),
          },
        )
      }
    }
    const server = token === null ? null : await tokens.verify(token)
    if (server === null) {
      await countFailure(request)
      throw new RequestFault(
        'unauthorized',
        token === null
          ? 'The request carries no token. Send it as `Authorization: Bearer <token>`.'
          : 'The token is wrong or was revoked. `debrief token create <game server>` makes a new one.',
        { 'www-authenticate': token === null ? 'Bearer' : 'Bearer error="invalid_token"' },
      )
    }
    request.gameServer = server
  }
}

/** The game server of an authenticated request. */
export function gameServerOrThrow(request: FastifyRequest): GameServer {
  if (request.gameServer === null) throw new Error(`The route ${request.url} does not authenticate.`)
  return request.gameServer
}
