export interface HttpTimeouts {
  connectMs: number
  /** Until the head of the answer, and between two pieces of its body. */
  silenceMs: number
  /** Everything: against a server that sends one byte a minute. */
  totalMs: number
}

export const HTTP_TIMEOUTS: HttpTimeouts = { connectMs: 10_000, silenceMs: 30_000, totalMs: 90_000 }
