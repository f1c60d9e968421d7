import type { FastifyInstance } from 'fastify'
import { type Kysely, sql } from 'kysely'
import { listAgents } from '../agents/list-agents.ts'
import type { AppContext } from '../app-context.ts'
import type { DB } from '../db/tables.ts'
import type { Metrics } from '../metrics.ts'
import { privateReading } from './private-reading.ts'

/** `/metrics` for Prometheus. What only the database knows is asked at each scrape; without it the rest still comes. */
export function metricsRoute(app: FastifyInstance, context: AppContext): void {
  const { db, pool, metrics, log, state } = context
  app.get(
    '/metrics',
    {
      onRequest: privateReading(context, { adminOnly: true }),
      schema: { hide: true },
      config: { alwaysAnswers: true },
    },
    async (_request, reply) => {
      metrics.certificateEnd.set((state.certificateEnd?.getTime() ?? 0) / 1000)
      metrics.discordOnline.set(state.discord === 'online' ? 1 : 0)
      const { beatAt, bugs } = state.telling
      metrics.postsBeatSeconds.set(beatAt === null ? 0 : (Date.now() - beatAt.getTime()) / 1000)
      metrics.filesOfOldRules.set(state.renewal ? state.renewal.total - state.renewal.done : 0)
      metrics.bugs.reset()
      metrics.bugs.inc(bugs)
      metrics.poolConnections.set({ state: 'total' }, pool.totalCount)
      metrics.poolConnections.set({ state: 'idle' }, pool.idleCount)
      metrics.poolConnections.set({ state: 'queued' }, pool.waitingCount)
      try {
        await askDatabase(db, metrics)
        metrics.databaseUp.set(1)
      } catch (err) {
        log.debug({ err }, 'The database did not answer a scrape of /metrics')
        metrics.databaseUp.set(0)
      }
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
    },
  )
}

async function askDatabase(db: Kysely<DB>, metrics: Metrics): Promise<void> {
  const [outbox, servers, agents] = await Promise.all([readOutbox(db), readServers(db), listAgents(db)])
  metrics.outboxWaiting.set(outbox.waiting)
  metrics.outboxSetAside.set(outbox.set_aside)
  metrics.outboxOldestSeconds.set(outbox.oldest_seconds ?? 0)
  metrics.newestFileSeconds.reset()
  for (const { name, age_seconds } of servers) {
    if (age_seconds !== null) metrics.newestFileSeconds.set({ server: name }, age_seconds)
  }
  for (const gauge of [metrics.agentSilentSeconds, metrics.agentWaiting, metrics.agentOldestSeconds])
    gauge.reset()
  for (const agent of agents) {
    const labels = { server: agent.server, agent: agent.agentId }
    metrics.agentSilentSeconds.set(labels, agent.silentSeconds)
    metrics.agentWaiting.set(labels, agent.waiting)
    metrics.agentOldestSeconds.set(labels, agent.oldestWaitingSeconds ?? 0)
  }
}

async function readOutbox(db: Kysely<DB>) {
  const { rows } = await sql<{ waiting: number; set_aside: number; oldest_seconds: number | null }>`
    select count(*) as waiting, count(*) filter (where set_aside) as set_aside, extract(epoch from now() - min(created_at))::float8 as oldest_seconds
    from outbox where done_at is null`.execute(db)
  return rows[0] ?? { waiting: 0, set_aside: 0, oldest_seconds: null }
}

async function readServers(db: Kysely<DB>) {
  const { rows } = await sql<{ name: string; age_seconds: number | null }>`
    select s.name, (
      select extract(epoch from now() - f.received_at)::float8
      from processed_files f where f.server_id = s.server_id order by f.received_at desc limit 1
    ) as age_seconds
    from game_servers s`.execute(db)
  return rows
}
