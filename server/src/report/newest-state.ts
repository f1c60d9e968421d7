import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { newestCounted } from './counted.ts'
import { sessionVersion } from './session-version.ts'

/** The newest session, and which state of its rows it is in. */
export interface NewestState {
  session: number
  version: string
}

/** Null: no round counts yet. Equal states, equal reports of the newest session. */
export async function newestState(db: Kysely<DB>): Promise<NewestState | null> {
  const newest = await newestCounted(db)
  const version = newest && (await sessionVersion(db, newest.gaming_session_id))
  return newest && version ? { session: newest.gaming_session_id, version } : null
}
