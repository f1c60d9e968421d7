import type { HeartbeatRequest } from '@debrief/shared'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'

/** An agent that was silent for three months has moved away and is forgotten. */
const FORGOTTEN_DAYS = 90
const MAX_INTEGER = 2_147_483_647

/** Keeps the newest word of an agent. */
export async function storeHeartbeat(
  db: Kysely<DB>,
  serverId: number,
  beat: HeartbeatRequest,
): Promise<void> {
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
}

/** PostgreSQL text cannot hold NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '·')
}
