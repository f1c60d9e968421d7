import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'

/** What the import tells the world, in the transaction that makes it true. */
export type OutboxEvent =
  | { kind: 'round_imported'; subject: string; payload: { roundId: number } }
  | { kind: 'round_changed'; subject: string; payload: { roundId: number } }
  | { kind: 'file_rejected'; subject: string; payload: { fileId: number; code: string } }

/** LISTEN on this channel is woken at the commit; who misses it finds the row by polling. */
export const OUTBOX_CHANNEL = 'debrief_outbox'

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
