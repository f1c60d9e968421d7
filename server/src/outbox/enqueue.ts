import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { OutboxEvent } from './events.ts'

export type { OutboxEvent }

/** LISTEN on this channel is woken at the commit; who misses it finds the row by polling. */
export const OUTBOX_CHANNEL = 'debrief_outbox'

/** Tells the world, in the transaction that makes it true. */
export async function enqueue(trx: Transaction<DB>, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return
  await sql`
    with told as (
      insert into outbox (kind, subject, payload)
      select kind, subject, payload from json_to_recordset(${JSON.stringify(events)}::json)
        as event (kind text, subject text, payload jsonb)
      returning event_id
    )
    select pg_notify(${OUTBOX_CHANNEL}, max(event_id)::text) from told`.execute(trx)
}
