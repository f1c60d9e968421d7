import { type QueryCreator, type RawBuilder, sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { OutboxEvent } from './events.ts'

export type { OutboxEvent }

/** LISTEN on this channel is woken at the commit; who misses it finds the row by polling. */
export const OUTBOX_CHANNEL = 'debrief_outbox'

/** Tells the world, in the transaction that makes it true. */
export async function enqueue(trx: Transaction<DB>, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return
  await trx
    .with('told', db => insertEvents(db, events))
    .selectNoFrom(notifyOf('told').as('notified'))
    .execute()
}

/** For a statement that does more: this as a common table, and `notifyOf` its name. */
export function insertEvents(db: QueryCreator<DB>, events: readonly OutboxEvent[]) {
  return db
    .insertInto('outbox')
    .columns(['kind', 'subject', 'payload'])
    .expression(
      sql`select kind, subject, payload from json_to_recordset(${JSON.stringify(events)}::json)
        as event (kind text, subject text, payload jsonb)`,
    )
    .returning('event_id')
}

/** Wakes who listens, at the commit. */
export function notifyOf(told: string): RawBuilder<unknown> {
  return sql`(select pg_notify(${OUTBOX_CHANNEL}, max(event_id)::text) from ${sql.table(told)} having count(*) > 0)`
}
