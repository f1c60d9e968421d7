import type { FastifyRequest } from 'fastify'

/** Enough for a sender that reads answers only after its last byte, and an end to one that never stops. */
const MAX_DISCARDED_BYTES = 64 * 1_048_576
const MAX_DISCARDING_MS = 15_000

/**
 * For an answer that is given before the body was read. A connection that is closed while its sender still writes is
 * reset, and the sender never sees why; so the rest is read and thrown away, up to a limit, and then cut.
 */
export function discardRest({ raw }: FastifyRequest): void {
  if (raw.complete || raw.destroyed) return
  let discarded = 0
  const cut = () => void raw.destroy()
  const timer = setTimeout(cut, MAX_DISCARDING_MS).unref()
  raw.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > MAX_DISCARDED_BYTES) cut()
  })
  raw.once('close', () => clearTimeout(timer))
  raw.once('end', () => clearTimeout(timer))
  // The parser may have stopped in mid-file, holding the stream back for ever.
  raw.unpipe()
  raw.resume()
}
