import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'

/** An event that nobody can post as it is: looked at again this often, for a newer version may be able to. */
const SET_ASIDE_MINUTES = 60

export async function markDone(db: Kysely<DB>, eventId: number): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ done_at: sql`now()`, last_error: null, set_aside: false })
    .where('event_id', '=', eventId)
    .execute()
}

/** It stays the next one. `reason` is what `debrief outbox list` and `/status` show. */
export async function markFailed(db: Kysely<DB>, eventId: number, reason: string): Promise<void> {
  await db.updateTable('outbox').set({ last_error: reason }).where('event_id', '=', eventId).execute()
}

/** The fault lies in the event alone: the later ones go before it. */
export async function setAside(db: Kysely<DB>, eventId: number, reason: string): Promise<void> {
  await db
    .updateTable('outbox')
    .set({
      last_error: reason,
      set_aside: true,
      available_at: sql`now() + make_interval(mins => ${SET_ASIDE_MINUTES})`,
    })
    .where('event_id', '=', eventId)
    .execute()
}
