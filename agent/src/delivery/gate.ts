import type { Clock } from '../clock.ts'
import { backoff } from './backoff.ts'

/** An hour: an answer that asks for more is a mistake, and a night's rounds would wait for it. */
const MAX_RETRY_AFTER_MS = 3_600_000
const UNAUTHORIZED_RETRY_MS = 60_000

export type Passage =
  | { kind: 'ok' }
  | { kind: 'failed'; reason: string; retryAfterMs: number | null }
  | { kind: 'unauthorized'; reason: string }
  | { kind: 'abandoned' }

export interface Ticket {
  generation: number
}

export type Gate = ReturnType<typeof createGate>

/**
 * The one place that decides whether the server is spoken to now. After a failure it closes for a jittered time and
 * then lets one request through at a time until one succeeds: a server that comes back is not stormed, and one that
 * is down costs one request a minute, however many files wait.
 */
export function createGate({ clock, random = Math.random }: { clock: Clock; random?: () => number }) {
  let failures = 0
  let generation = 0
  let inside = 0
  let closedUntil = 0
  let reason: string | null = null
  let refused = false
  let asked = false
  const listeners: ((recoveredFrom: number) => void)[] = []

  function enter(): Ticket | null {
    if (clock.now() < closedUntil || (failures > 0 && inside > 0)) return null
    inside++
    return { generation }
  }

  function leave(ticket: Ticket, passage: Passage): void {
    inside--
    switch (passage.kind) {
      case 'abandoned':
        break
      case 'ok':
        // One that entered before the last failure says nothing about the server after it.
        if (ticket.generation === generation) {
          reopen()
          return
        }
        break
      case 'failed': {
        reason = passage.reason
        refused = false
        const askedMs = Math.min(passage.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)
        asked = askedMs > 0
        // Requests that were under way together fail together: one failure, not four.
        const isNew = ticket.generation === generation
        if (isNew) {
          failures++
          generation++
        }
        const pause = isNew ? backoff(failures, random) : 0
        // What the server asked for, and a little jitter on top, so that not all come at that very second.
        const wait = askedMs > 0 ? askedMs + Math.round(random() * Math.min(askedMs / 10, 5_000)) : pause
        closedUntil = Math.max(closedUntil, clock.now() + wait)
        break
      }
      case 'unauthorized':
        reason = passage.reason
        refused = true
        asked = false
        failures++
        generation++
        closedUntil = clock.now() + UNAUTHORIZED_RETRY_MS
        break
    }
    notify(0)
  }

  /** Also for a new token, and for a heartbeat that got through. */
  function reopen(): void {
    const before = failures
    failures = 0
    closedUntil = 0
    reason = null
    refused = false
    asked = false
    notify(before)
  }

  function notify(recoveredFrom: number): void {
    for (const listener of listeners) listener(recoveredFrom)
  }

  return {
    enter,
    leave,
    reopen,
    onChange: (listener: (recoveredFrom: number) => void) => void listeners.push(listener),
    /** Monotonic; in the past when the gate is open. */
    opensAt: () => closedUntil,
    failures: () => failures,
    /** One request tries whether the server is back; nothing else may enter before it has left. */
    isProbing: () => failures > 0 && inside > 0,
    /** Why the last request failed; null while all is well. */
    reason: () => reason,
    /** By the token (401, 403). */
    isRefused: () => refused,
    /** Closed on our own account; not because the server asked for a pause, and not because of the token. */
    isAway: () => failures > 0 && !asked && !refused,
  }
}
