import type { Clock } from '../clock.ts'
import { isUnanswered, type Unanswered } from '../http/outcomes.ts'
import { backoff } from './backoff.ts'

/** An hour: an answer that asks for more is a mistake, and a night's rounds would wait for it. */
const MAX_RETRY_AFTER_MS = 3_600_000
const UNAUTHORIZED_RETRY_MS = 60_000
/** One failure may be one request's bad luck; the second in a row says that the server was away. */
const OUTAGE_FROM = 2

/** The server is not spoken to now; the attempt was not made. */
export interface Closed {
  kind: 'closed'
  reason: string | null
}

export function isClosed(outcome: { kind: string }): outcome is Closed {
  return outcome.kind === 'closed'
}

/** The end of a time without the server. */
export interface Recovery {
  awayMs: number
  /** It was really away, and may have come back with an older database. */
  wasOutage: boolean
  wasRefused: boolean
}

/**
 * The one place that decides whether the server is spoken to now. After a failure it closes for a jittered time and
 * then lets one request through at a time until one succeeds: a server that comes back is not stormed, and one that
 * is down costs one request a minute, however many files wait.
 */
export class Gate {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #listeners: ((recovery: Recovery | null) => void)[] = []
  #failures = 0
  #generation = 0
  #inside = 0
  #closedUntil = 0
  #awaySince: number | null = null
  #heardOutage = false
  #reason: string | null = null
  #refused = false
  #asked = false

  constructor({ clock, random = Math.random }: { clock: Clock; random?: () => number }) {
    this.#clock = clock
    this.#random = random
  }

  /** Makes the attempt, if the gate is open, and learns from what it came to. What it throws says nothing. */
  async pass<O extends { kind: string }>(attempt: () => Promise<O>): Promise<O | Closed> {
    if (this.#clock.now() < this.#closedUntil || this.isProbing()) {
      return { kind: 'closed', reason: this.#reason }
    }
    const generation = this.#generation
    this.#inside++
    let outcome: O
    try {
      outcome = await attempt()
    } catch (error) {
      this.#inside--
      this.#notify(null)
      throw error
    }
    this.#inside--
    if (isUnanswered(outcome)) this.#fail(outcome, generation)
    // One that entered before the last failure says nothing about the server after it.
    else if (generation === this.#generation) this.reopen()
    else this.#notify(null)
    return outcome
  }

  /** What a heartbeat came to, which goes past the gate: an idle agent learns of an outage by nothing else. */
  hear(outcome: { kind: string }): void {
    if (isUnanswered(outcome)) {
      // A fault of that one address is none of the uploads'.
      if (outcome.kind === 'retry' && outcome.fault === 'request') return
      this.#heardOutage = outcome.kind === 'retry'
      this.#fail(outcome, this.#generation)
      return
    }
    // It answers: whatever waits for it need not wait longer. What it asked us to wait (429, 503) stays.
    if (this.#failures > 0 && !this.#asked && !this.#refused) this.reopen()
  }

  /** Also for a new token. */
  reopen(): void {
    const recovery = this.#awaySince === null ? null : this.#recoveryFrom(this.#awaySince)
    this.#failures = 0
    this.#closedUntil = 0
    this.#awaySince = null
    this.#heardOutage = false
    this.#reason = null
    this.#refused = false
    this.#asked = false
    this.#notify(recovery)
  }

  onChange(listener: (recovery: Recovery | null) => void): void {
    this.#listeners.push(listener)
  }

  /** Monotonic; in the past when the gate is open. */
  opensAt(): number {
    return this.#closedUntil
  }

  /** The server was not there at the last try: one request at a time. */
  isTrying(): boolean {
    return this.#failures > 0
  }

  /** One request tries whether the server is back; nothing else may pass before it has ended. */
  isProbing(): boolean {
    return this.#failures > 0 && this.#inside > 0
  }

  /** Why the last request failed; null while all is well. */
  reason(): string | null {
    return this.#reason
  }

  /** By the token (401, 403). */
  isRefused(): boolean {
    return this.#refused
  }

  #fail(outcome: Unanswered, generation: number): void {
    // Requests that were under way together fail together: one failure, not four.
    const isNew = generation === this.#generation
    this.#awaySince ??= this.#clock.now()
    this.#reason = outcome.reason
    this.#refused = outcome.kind === 'unauthorized'
    if (isNew) {
      this.#failures++
      this.#generation++
    }
    if (outcome.kind === 'unauthorized') {
      this.#asked = false
      this.#closedUntil = this.#clock.now() + UNAUTHORIZED_RETRY_MS
    } else {
      const askedMs = Math.min(outcome.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)
      this.#asked = askedMs > 0
      this.#closedUntil = Math.max(this.#closedUntil, this.#clock.now() + this.#pauseMs(askedMs, isNew))
    }
    this.#notify(null)
  }

  /** What the server asked for, and a little jitter on top, so that not all come at that very second. */
  #pauseMs(askedMs: number, isNew: boolean): number {
    if (askedMs > 0) return askedMs + Math.round(this.#random() * Math.min(askedMs / 10, 5_000))
    return isNew ? backoff(this.#failures, this.#random) : 0
  }

  #recoveryFrom(since: number): Recovery {
    return {
      awayMs: this.#clock.now() - since,
      wasOutage: this.#heardOutage || this.#failures >= OUTAGE_FROM,
      wasRefused: this.#refused,
    }
  }

  #notify(recovery: Recovery | null): void {
    for (const listener of this.#listeners) listener(recovery)
  }
}
