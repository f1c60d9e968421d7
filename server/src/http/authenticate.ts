import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { AppContext } from '../app-context.ts'
import type { GameServer } from '../game-servers/game-server.ts'
import type { TokenHolder } from '../game-servers/tokens/token-verifier.ts'
import { bearerToken } from './bearer-token.ts'
import { RequestFault } from './request-fault.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token the request carries; set by the hook of `limitRequests` where it is known, and by `authenticate`. */
    tokenHolder: TokenHolder | null
  }
}

/** Wrong tokens per address and minute: tokens have 256 bits, so this protects the database, not the tokens. */
const MAX_FAILURES = 100
const FAILURES_WINDOW_MS = 60_000

/**
 * A hook that tells whose the request is, before a byte of its body is read. Known tokens pass at once; the limit on
 * wrong ones stands before the query for an unknown one, so nobody can lock an honest sender out, also after a restart.
 */
export function authenticate(
  app: FastifyInstance,
  { tokens }: Pick<AppContext, 'tokens'>,
): onRequestAsyncHookHandler {
  const countFailure = app.createRateLimit({ max: MAX_FAILURES, timeWindow: FAILURES_WINDOW_MS })

  return async request => {
    const token = bearerToken(request)
    const known = request.tokenHolder ?? (token === null ? null : await tokens.find(token))
    if (known === null) {
      const failures = await countFailure(request, { increment: false })
      if (!failures.isAllowed && failures.remaining === 0) {
        throw new RequestFault(
          'too_fast',
          'Too many requests without a valid token came from this address.',
          { 'retry-after': String(failures.ttlInSeconds) },
        )
      }
    }
    const holder = known ?? (token === null ? null : await tokens.verify(token))
    if (holder === null) {
      await countFailure(request)
      throw new RequestFault(
        'unauthorized',
        token === null
          ? 'The request carries no token. Send it as `Authorization: Bearer <token>`.'
          : 'The token is wrong or was revoked. `debrief token create <game server>` makes a new one.',
        { 'www-authenticate': token === null ? 'Bearer' : 'Bearer error="invalid_token"' },
      )
    }
    request.tokenHolder = holder
    if (holder.server === null) {
      throw new RequestFault(
        'forbidden',
        `The scope of this token is "${holder.scope}": it belongs to no game server. ` +
          '`debrief token create <game server>` makes one that uploads.',
      )
    }
  }
}

/** The game server of an authenticated request. */
export function gameServerOrThrow(request: FastifyRequest): GameServer {
  return holderOrThrow(request).server
}

/** Whose token an authenticated request carries. */
export function holderOrThrow({ tokenHolder, url }: FastifyRequest): TokenHolder & { server: GameServer } {
  if (tokenHolder === null || tokenHolder.server === null)
    throw new Error(`The route ${url} does not authenticate.`)
  return { ...tokenHolder, server: tokenHolder.server }
}
