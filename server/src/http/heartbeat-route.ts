import {
  type HeartbeatRequest,
  heartbeatRequestSchema,
  heartbeatResponseSchema,
  ROUTES,
} from '@debrief/shared'
import type { onRequestAsyncHookHandler } from 'fastify'
import { type Kysely, sql } from 'kysely'
import type { AppContext } from '../context.ts'
import type { DB } from '../db/tables.ts'
import { VERSION } from '../version.ts'
import { gameServerOrThrow } from './authenticate.ts'
import { problemResponses } from './problem-responses.ts'
import type { ZodApp } from './zod-app.ts'

/** `POST /api/v1/agent/heartbeat`: an agent tells how it is, and learns our clock and version. */
export function heartbeatRoute(
  app: ZodApp,
  { db }: AppContext,
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
      await storeHeartbeat(db, gameServerOrThrow(request).serverId, request.body)
      return { serverTime: new Date().toISOString(), version: VERSION }
    },
  )
}

/** The newest word of each agent; an agent that was silent for three months has moved away and is forgotten. */
async function storeHeartbeat(db: Kysely<DB>, serverId: number, beat: HeartbeatRequest): Promise<void> {
  await sql`
    with forgotten as (
      delete from agent_heartbeats
      where server_id = ${serverId} and agent_id <> ${storable(beat.agentId)}
        and received_at < now() - interval '90 days'
    )
    insert into agent_heartbeats
      (server_id, agent_id, version, source, started_at, sent_at, waiting, oldest_waiting_at, last_error)
    values (${serverId}, ${storable(beat.agentId)}, ${storable(beat.version)}, ${beat.source}, ${beat.startedAt},
      ${beat.sentAt}, ${Math.min(beat.waiting, 2_147_483_647)}, ${beat.oldestWaitingAt},
      ${beat.lastError === null ? null : storable(beat.lastError)})
    on conflict (server_id, agent_id) do update set
      version = excluded.version, source = excluded.source, started_at = excluded.started_at,
      sent_at = excluded.sent_at, received_at = now(), waiting = excluded.waiting,
      oldest_waiting_at = excluded.oldest_waiting_at, last_error = excluded.last_error`.execute(db)
}

/** PostgreSQL text cannot hold NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '·')
}
