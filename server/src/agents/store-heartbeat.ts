import type { HeartbeatRequest } from '@debrief/shared'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { SILENT_MINUTES } from './troubled-agents.ts'

/** A folder and an SSH poll are two; nobody has as many as this, and each has a line on /metrics and an alert of its own. */
export const MAX_AGENTS = 20

/** An agent that was silent for three months has moved away and is forgotten. */
const FORGOTTEN_DAYS = 90
const MAX_INTEGER = 2_147_483_647

/**
 * Keeps the newest word of an agent. False: its game server has as many as it may, all heard of within the quarter of an
 * hour; of others, the one that was heard of longest ago makes room.
 */
export async function storeHeartbeat(
  db: Kysely<DB>,
  serverId: number,
  beat: HeartbeatRequest,
): Promise<boolean> {
  const agentId = storable(beat.agentId)
  const told = {
    version: storable(beat.version),
    source: beat.source,
    started_at: new Date(beat.startedAt),
    sent_at: new Date(beat.sentAt),
    waiting: Math.min(beat.waiting, MAX_INTEGER),
    oldest_waiting_at: beat.oldestWaitingAt === null ? null : new Date(beat.oldestWaitingAt),
    last_error: beat.lastError === null ? null : storable(beat.lastError),
  }
  if (!(await hasPlace(db, serverId, agentId))) return false
  await db
    .with('forgotten', cte =>
      cte
        .deleteFrom('agent_heartbeats')
        .where('server_id', '=', serverId)
        .where('agent_id', '<>', agentId)
        .where('received_at', '<', sql<Date>`now() - make_interval(days => ${FORGOTTEN_DAYS})`),
    )
    .insertInto('agent_heartbeats')
    .values({ server_id: serverId, agent_id: agentId, ...told })
    .onConflict(conflict =>
      conflict.columns(['server_id', 'agent_id']).doUpdateSet({ ...told, received_at: sql`now()` }),
    )
    .execute()
  return true
}

async function hasPlace(db: Kysely<DB>, serverId: number, agentId: string): Promise<boolean> {
  const others = await db
    .selectFrom('agent_heartbeats')
    .select(['agent_id', sql<number>`extract(epoch from now() - received_at)::float8`.as('silentSeconds')])
    .where('server_id', '=', serverId)
    .where('agent_id', '<>', agentId)
    .orderBy('received_at', 'desc')
    .execute()
  const [tooMany] = others.slice(MAX_AGENTS - 1)
  if (!tooMany) return true
  if (tooMany.silentSeconds < SILENT_MINUTES * 60) return false
  await db
    .deleteFrom('agent_heartbeats')
    .where('server_id', '=', serverId)
    .where(
      'agent_id',
      'in',
      others.slice(MAX_AGENTS - 1).map(({ agent_id }) => agent_id),
    )
    .execute()
  return true
}

/** PostgreSQL text cannot hold NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '·')
}
