import { heartbeatRequestSchema, heartbeatResponseSchema, ROUTES } from '@debrief/shared'
import type { onRequestAsyncHookHandler } from 'fastify'
import { MAX_AGENTS, storeHeartbeat } from '../agents/store-heartbeat.ts'
import type { AppContext } from '../app-context.ts'
import { databaseIdentity } from '../db/database-pool.ts'
import { VERSION } from '../version.ts'
import { gameServerOrThrow } from './authenticate.ts'
import { problemResponses } from './problem-responses.ts'
import { RequestFault } from './request-fault.ts'
import type { ZodApp } from './zod-app.ts'

/** `POST /api/v1/agent/heartbeat`: an agent tells how it is, and learns our clock and version. */
export function heartbeatRoute(
  app: ZodApp,
  { db, pool }: AppContext,
  authenticated: onRequestAsyncHookHandler,
): void {
  app.post(
    ROUTES.heartbeat,
    {
      onRequest: authenticated,
      schema: {
        summary: 'An agent tells how it is',
        security: [{ token: [] }],
        body: heartbeatRequestSchema,
        response: { 200: heartbeatResponseSchema, ...problemResponses(400, 401, 429, 503) },
      },
    },
    async request => {
      const isStored = await storeHeartbeat(db, gameServerOrThrow(request).serverId, request.body)
      if (!isStored) {
        throw new RequestFault('too_fast', `${MAX_AGENTS} other agents already tell of this game server.`, {
          'retry-after': '900',
        })
      }
      const database = databaseIdentity(pool)
      return {
        serverTime: new Date().toISOString(),
        version: VERSION,
        ...(database !== null && { database }),
      }
    },
  )
}
