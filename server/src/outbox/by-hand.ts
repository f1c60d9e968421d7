import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { OUTBOX_CHANNEL } from './enqueue.ts'

/** What people do to the outbox: look, hurry, give up. Nothing else ever gives an event up. */

export interface ListedEvent {
  eventId: number
  kind: string
  subject: string
  createdAt: Date
  attempts: number
  state: 'waiting' | 'set aside' | 'done' | 'given up'
  lastError: string | null
}

const GIVEN_UP = 'Given up by hand.'

/** What waits, oldest first; with `all` also what was done lately. */
export async function listOutbox(db: Kysely<DB>, { all }: { all: boolean }): Promise<ListedEvent[]> {
  const rows = await db
    .selectFrom('outbox')
    .select(['event_id', 'kind', 'subject', 'created_at', 'attempts', 'last_error', 'done_at', 'set_aside'])
    .$if(!all, query => query.where('done_at', 'is', null))
    .orderBy('event_id')
    .execute()
  return rows.map(row => ({
    eventId: row.event_id,
    kind: row.kind,
    subject: row.subject,
    createdAt: row.created_at,
    attempts: row.attempts,
    state:
      row.done_at === null
        ? row.set_aside
          ? 'set aside'
          : 'waiting'
        : row.last_error === GIVEN_UP
          ? 'given up'
          : 'done',
    lastError: row.last_error,
  }))
}

/** Lets an event be tried at once; one that was given up waits again. False: there is none of this number. */
export async function retryEvent(db: Kysely<DB>, eventId: number): Promise<boolean> {
  const { rows } = await sql<{ event_id: number }>`
    with retried as (
      update outbox set set_aside = false, available_at = now(), done_at = null, last_error = null
      where event_id = ${eventId} returning event_id
    )
    select event_id, pg_notify(${OUTBOX_CHANNEL}, event_id::text) from retried`.execute(db)
  return rows.length > 0
}

/** Gives an event up: it will not be told. False: none of this number waits. */
export async function dropEvent(db: Kysely<DB>, eventId: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ done_at: sql`now()`, last_error: GIVEN_UP, set_aside: false })
    .where('event_id', '=', eventId)
    .where('done_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
