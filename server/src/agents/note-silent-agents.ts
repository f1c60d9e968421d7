import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { enqueue } from '../outbox/enqueue.ts'
import { listAgents } from './list-agents.ts'
import { SILENT_MINUTES } from './troubled-agents.ts'

/** Tells of every agent that has gone silent: one event for each silence, which is named after the last word. */
export async function noteSilentAgents(db: Kysely<DB>): Promise<void> {
  await db.transaction().execute(async trx => {
    const silent = (await listAgents(trx)).filter(({ silentSeconds }) => silentSeconds > SILENT_MINUTES * 60)
    const events = silent.map(({ serverId, server, agentId, heardKey, heardAt, waiting }) => ({
      kind: 'agent_silent' as const,
      subject: `agent ${serverId} ${agentId} ${heardKey}`,
      payload: { server, agent: agentId, since: heardAt.toISOString(), waiting },
    }))
    if (events.length === 0) return
    const subjects = events.map(({ subject }) => subject)
    const waiting = await trx
      .selectFrom('outbox')
      .select('subject')
      .where('subject', 'in', subjects)
      .execute()
    const posted = await trx
      .selectFrom('discord_posts')
      .select('subject')
      .where(
        'subject',
        'in',
        subjects.map(subject => `alert ${subject}`),
      )
      .execute()
    const told = new Set([...waiting, ...posted].map(({ subject }) => subject.replace(/^alert /, '')))
    await enqueue(
      trx,
      events.filter(({ subject }) => !told.has(subject)),
    )
  })
}
