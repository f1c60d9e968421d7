import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { enqueue } from '../outbox/enqueue.ts'
import { SILENT_MINUTES } from './troubled-agents.ts'

/** As many as an alert shows by name. */
const NAMED = 10

/** Tells of the agents that have gone silent, once for each silence: one event for all that are noticed at once. */
export async function noteSilentAgents(db: Kysely<DB>): Promise<void> {
  await db.transaction().execute(async trx => {
    const silent = await trx
      .updateTable('agent_heartbeats as a')
      .from('game_servers as s')
      .whereRef('s.server_id', '=', 'a.server_id')
      .where('a.received_at', '<', sql<Date>`now() - make_interval(mins => ${SILENT_MINUTES})`)
      .where('a.silence_told_of', 'is distinct from', sql<Date>`a.received_at`)
      .set({ silence_told_of: sql<Date>`a.received_at` })
      .returning(['s.name as server', 'a.agent_id as agent', 'a.received_at as since', 'a.waiting'])
      .execute()
    if (silent.length === 0) return
    const agents = silent
      .toSorted((a, b) => b.since.getTime() - a.since.getTime())
      .slice(0, NAMED)
      .map(({ since, ...agent }) => ({ ...agent, since: since.toISOString() }))
    await enqueue(trx, [
      {
        kind: 'agents_silent',
        subject: `${silent.length} agents`,
        payload: { agents, count: silent.length },
      },
    ])
  })
}
