import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { shownText } from '../report/shown-name.ts'
import { type AgentRow, listAgents } from './list-agents.ts'

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

/** Agents that have gone quiet, or that hold files back, as their last heartbeats tell; by game server, longest first. */
export async function troubledAgents(db: Kysely<DB>): Promise<TroubledAgent[]> {
  return (await listAgents(db))
    .flatMap(agent => {
      const trouble = troubleOf(agent)
      return trouble === null ? [] : [{ ...agent, ...trouble }]
    })
    .sort((a, b) => (a.server === b.server ? +a.since - +b.since : a.server < b.server ? -1 : 1))
    .map(({ server, timezone, waiting, kind, since }) => {
      return { server: shownText(server), timezone, kind, since: since.toISOString(), waiting }
    })
}

function troubleOf(agent: AgentRow): { kind: TroubledAgent['kind']; since: Date } | null {
  const { silentSeconds, heardAt, waiting, oldestWaitingAt, oldestWaitingSeconds } = agent
  if (silentSeconds > FORGOTTEN_DAYS * 86_400) return null
  if (silentSeconds > SILENT_MINUTES * 60) return { kind: 'silent', since: heardAt }
  if (waiting === 0 || oldestWaitingAt === null) return null
  return (oldestWaitingSeconds ?? 0) > HELD_BACK_MINUTES * 60
    ? { kind: 'holding_files', since: oldestWaitingAt }
    : null
}
