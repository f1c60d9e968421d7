import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { shownText } from '../report/shown-name.ts'

/** An agent beats every minute or so, idle or not. */
export const SILENT_MINUTES = 15
/** A file is uploaded within a second; one that waits longer is held back by something. */
const HELD_BACK_MINUTES = 5
/** An agent that was never heard of again was taken away: after a month nobody needs to be told. */
const FORGOTTEN_DAYS = 30

/** What everybody may know of an agent in trouble: no address, no error text. */
export interface TroubledAgent {
  server: string
  timezone: string
  kind: 'silent' | 'holding_files'
  /** Silent: last heard. Holding files: since when the oldest waits. */
  since: string
  waiting: number
}

/** Agents that have gone quiet, or that hold files back, as their last heartbeats tell. */
export async function troubledAgents(db: Kysely<DB>): Promise<TroubledAgent[]> {
  const { rows } = await sql<{
    server: string
    timezone: string
    silent: boolean
    since: Date
    waiting: number
  }>`
    select name as server, timezone, silent, waiting,
      case when silent then received_at else oldest_waiting_at end as since
    from (
      select s.name, s.timezone, a.waiting, a.received_at, a.oldest_waiting_at,
        a.received_at < now() - make_interval(mins => ${SILENT_MINUTES}) as silent
      from agent_heartbeats a join game_servers s using (server_id)
      where a.received_at > now() - make_interval(days => ${FORGOTTEN_DAYS})
    ) as heard
    where silent or (waiting > 0 and oldest_waiting_at < now() - make_interval(mins => ${HELD_BACK_MINUTES}))
    order by name, received_at`.execute(db)
  return rows.map(({ server, timezone, silent, since, waiting }) => ({
    server: shownText(server),
    timezone,
    kind: silent ? 'silent' : 'holding_files',
    since: since.toISOString(),
    waiting,
  }))
}
