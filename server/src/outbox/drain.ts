import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { Logger } from '../log/logger.ts'
import { type OutboxEvent, outboxEventSchema } from './events.ts'
import { nextEvent, type WaitingEvent } from './next-event.ts'
import { markDone, markFailed, setAside } from './settle-event.ts'

/**
 * - `done`: told, or not worth telling.
 * - `wait`: the channel cannot take it now; nothing goes before it. `needsHelp`: waiting alone will not mend it.
 * - `set_aside`: it cannot be told as it is; the later ones go on.
 */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'wait'; reason: string; needsHelp: boolean }
  | { kind: 'set_aside'; reason: string }

export interface DrainContext {
  db: Kysely<DB>
  log: Logger
  handle(event: OutboxEvent, waiting: WaitingEvent): Promise<Outcome>
}

/** Tells the waiting events in order, until none waits (`empty`), one has to wait (`blocked`), or `signal` stops it. */
export async function drainOutbox(
  { db, log, handle }: DrainContext,
  signal: AbortSignal,
): Promise<
  | { kind: 'empty' | 'stopped'; told: number }
  | { kind: 'blocked'; told: number; reason: string; needsHelp: boolean }
> {
  for (let told = 0; ; told += 1) {
    if (signal.aborted) return { kind: 'stopped', told }
    const waiting = await nextEvent(db)
    if (!waiting) return { kind: 'empty', told }

    const event = outboxEventSchema.safeParse(waiting.event)
    const outcome: Outcome = event.success
      ? await handle(event.data, waiting)
      : {
          kind: 'set_aside',
          reason: `This version does not know the event "${waiting.event.kind}" in this form.`,
        }
    const facts = { event: waiting.eventId, about: waiting.event.subject, attempts: waiting.attempts }
    switch (outcome.kind) {
      case 'done':
        await markDone(db, waiting.eventId)
        break
      case 'set_aside':
        await setAside(db, waiting.eventId, outcome.reason)
        log.error(facts, `An event was set aside, the others go on: ${outcome.reason}`)
        break
      case 'wait':
        await markFailed(db, waiting.eventId, outcome.reason)
        log.debug(facts, `An event waits: ${outcome.reason}`)
        return { ...outcome, kind: 'blocked', told }
    }
  }
}
