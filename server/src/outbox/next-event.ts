import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { ALERT_KINDS } from './events.ts'

export interface WaitingEvent {
  eventId: number
  createdAt: Date
  attempts: number
  /** As the table holds it: not yet read by `outboxEventSchema`. */
  event: { kind: string; subject: string; payload: unknown }
}

/**
 * The oldest event that is not done, and counts the attempt; null: nothing waits. Strictly in order: an event that
 * waits for its channel holds up the later ones, one that was set aside does not. Alerts come after everything else,
 * for there may be hundreds of them. Rows that `debrief outbox` holds this instant are left to it.
 */
export async function nextEvent(db: Kysely<DB>): Promise<WaitingEvent | null> {
  const { rows } = await sql<{
    event_id: number
    kind: string
    subject: string
    payload: unknown
    created_at: Date
    attempts: number
  }>`
    update outbox set attempts = attempts + 1
    where event_id = coalesce(
      (${oldest(sql`not (kind = any(${[...ALERT_KINDS]}))`)}),
      (${oldest(sql`kind = any(${[...ALERT_KINDS]})`)}))
    returning event_id, kind, subject, payload, created_at, attempts`.execute(db)
  const row = rows[0]
  if (!row) return null
  const { kind, subject, payload } = row
  return {
    eventId: row.event_id,
    createdAt: row.created_at,
    attempts: row.attempts,
    event: { kind, subject, payload },
  }
}

function oldest(among: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select event_id from outbox
    where done_at is null and (not set_aside or available_at <= now()) and ${among}
    order by event_id limit 1 for update skip locked`
}
