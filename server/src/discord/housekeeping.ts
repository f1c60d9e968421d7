import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { SILENT_MINUTES } from '../agents/troubled-agents.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../logger.ts'
import { enqueue } from '../outbox/enqueue.ts'
import { pruneOutbox } from '../outbox/prune-outbox.ts'

interface Deps {
  db: Kysely<DB>
  log: Logger
  /** Whether anybody would be told. */
  hasAdminChannel: boolean
}

const MINUTE_MS = 60_000

/** Once a minute: which agents have gone silent; once an hour: what was told long ago goes. */
export async function keepHouse({ db, log, hasAdminChannel }: Deps, signal: AbortSignal): Promise<void> {
  for (let minute = 0; !signal.aborted; minute += 1) {
    try {
      if (minute % 60 === 0) await pruneOutbox(db)
      // After our own start all are given as long to be heard.
      if (minute >= SILENT_MINUTES && hasAdminChannel) await noteSilentAgents(db)
    } catch (err) {
      log.debug({ err }, 'The housekeeping waits for the database')
    }
    await sleep(MINUTE_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** One event for each silence: it is named after the last word. */
export async function noteSilentAgents(db: Kysely<DB>): Promise<void> {
  await db.transaction().execute(async trx => {
    const { rows } = await sql<{
      server: string
      agent: string
      since: Date
      waiting: number
      subject: string
    }>`
      select * from (
        select s.name as server, a.agent_id as agent, a.received_at as since, a.waiting,
          'agent ' || a.server_id || ' ' || a.agent_id || ' ' || extract(epoch from a.received_at) as subject
        from agent_heartbeats a join game_servers s using (server_id)
        where a.received_at < now() - make_interval(mins => ${SILENT_MINUTES})
      ) silent
      where not exists (select from outbox o where o.subject = silent.subject)
        and not exists (select from discord_posts p where p.subject = 'alert ' || silent.subject)`.execute(
      trx,
    )
    await enqueue(
      trx,
      rows.map(({ subject, since, ...payload }) => ({
        kind: 'agent_silent' as const,
        subject,
        payload: { ...payload, since: since.toISOString() },
      })),
    )
  })
}
