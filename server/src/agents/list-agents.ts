import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'

/** An agent by its last heartbeat; ages in seconds by the database's clock. */
export interface AgentRow {
  serverId: number
  server: string
  timezone: string
  agentId: string
  heardAt: Date
  /** `heardAt` to the microsecond, as a key: seconds since 1970. */
  heardKey: string
  silentSeconds: number
  waiting: number
  oldestWaitingAt: Date | null
  oldestWaitingSeconds: number | null
  lastError: string | null
}

/** Every agent that was heard of, last heard first. What it says of itself is as it said it: hostile input. */
export async function listAgents(db: Kysely<DB>): Promise<AgentRow[]> {
  return db
    .selectFrom('agent_heartbeats as a')
    .innerJoin('game_servers as s', 's.server_id', 'a.server_id')
    .select([
      's.server_id as serverId',
      's.name as server',
      's.timezone',
      'a.agent_id as agentId',
      'a.received_at as heardAt',
      'a.waiting',
      'a.oldest_waiting_at as oldestWaitingAt',
      'a.last_error as lastError',
      sql<string>`extract(epoch from a.received_at)::text`.as('heardKey'),
      sql<number>`extract(epoch from now() - a.received_at)::float8`.as('silentSeconds'),
      sql<number | null>`extract(epoch from now() - a.oldest_waiting_at)::float8`.as('oldestWaitingSeconds'),
    ])
    .orderBy('a.received_at', 'desc')
    .execute()
}
