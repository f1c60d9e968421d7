import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Pool } from 'pg'
import { noteSilentAgents } from '../agents/note-silent-agents.ts'
import { SILENT_MINUTES } from '../agents/troubled-agents.ts'
import type { Config } from '../config.ts'
import { DatabaseFault } from '../db/database-fault.ts'
import { isLed } from '../db/leader-lock.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import { pruneOutbox, pruneUnwanted } from '../outbox/prune-outbox.ts'
import { refreshRatings } from '../rating/refresh-ratings.ts'
import type { ServerState } from '../server-state.ts'

export interface UpkeepContext {
  db: Kysely<DB>
  pool: Pool
  log: Logger
  config: Pick<Config, 'discord'>
  state: Pick<ServerState, 'databasePrepared' | 'readOnly'>
}

const MINUTE_MS = 60_000
const PRUNED_EVERY_MINUTES = 10

/**
 * What every server process does once a minute, with a bot or without one: which agents have gone silent, what in the
 * outbox nobody needs any more, and the ratings. Two processes on one database are in nobody's way: each step is one
 * statement, or taken in turns.
 */
export async function keepHouse(context: UpkeepContext, signal: AbortSignal): Promise<void> {
  for (let minute = 0; !signal.aborted; minute += 1) {
    if (context.state.databasePrepared && context.state.readOnly !== true) {
      await tidy(context, minute).catch(err => {
        if (err instanceof DatabaseFault) context.log.debug({ err }, 'The upkeep waits for the database')
        else context.log.error({ err }, 'The upkeep of every minute failed; tried again')
      })
    }
    await sleep(MINUTE_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** `minute`: since this process began. */
export async function tidy({ db, pool, config }: UpkeepContext, minute: number): Promise<void> {
  const { token, adminChannelId, autopostMaxAgeMinutes } = config.discord
  if (minute % PRUNED_EVERY_MINUTES === 0) {
    await pruneOutbox(db)
    await sql`delete from team_draws where created_at < now() - interval '30 days'`.execute(db)
    // Nobody takes the events where no bot runs; they must not pile up.
    if (token === null && !(await isLed(pool))) await pruneUnwanted(db, autopostMaxAgeMinutes)
  }
  // After our own start all are given as long to be heard; where nobody would be told, nothing is noted.
  if (minute >= SILENT_MINUTES && token !== null && adminChannelId !== null) await noteSilentAgents(db)
  // So that nobody who asks for them waits for years of results, after an upgrade or late data.
  await refreshRatings(db)
}
