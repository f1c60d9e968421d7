import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { noteSilentAgents } from '../agents/note-silent-agents.ts'
import { SILENT_MINUTES } from '../agents/troubled-agents.ts'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
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
