import { createHash } from 'node:crypto'
import type { AgentEvent } from '../events.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import type { UploadOutcome } from '../http/outcomes.ts'
import type { FileSource, SourceEntry } from '../source/source.ts'
import type { Gate, Passage, Ticket } from './gate.ts'
import { settle } from './settle.ts'
import type { TrackedFile } from './tracked-file.ts'

export interface DeliveryContext {
  source: FileSource
  server: IngestServer
  gate: Gate
  now: () => number
  emit: (event: AgentEvent) => void
  /** What the server has confirmed since this process began: name to sha256. Shared by all sources. */
  confirmed: Map<string, string>
  /** `name sha256` of what is being sent at this moment by any source. */
  sending: Set<string>
}

/** How far one try brought a file. */
export type DeliveryStep =
  | { kind: 'not_settled'; ms: number }
  | { kind: 'changed'; entry: SourceEntry }
  | { kind: 'gone' }
  /** The same bytes were confirmed before (touched, or delivered by the other source). */
  | { kind: 'known'; sha256: string }
  | { kind: 'answered'; sha256: string; outcome: UploadOutcome; settleMs: number; uploadMs: number }

/**
 * One file, once: wait until it stands still, read it, send it, take the answer. Throws only what the source throws.
 * The ticket is the gate's leave to speak to the server.
 */
export async function deliverFile(
  context: DeliveryContext,
  file: TrackedFile,
  ticket: Ticket,
  signal: AbortSignal,
): Promise<DeliveryStep> {
  const { source, gate, now, emit } = context
  let passage: Passage = { kind: 'abandoned' }
  try {
    const { entry, settling } = file
    const early = settle(settling, now(), null, source.quietMs)
    if (early.kind === 'wait') return { kind: 'not_settled', ms: early.ms }

    const read = await source.read(entry, signal)
    if (read.kind !== 'content') return read
    const settled = settle(settling, now(), read.content, source.quietMs)
    if (settled.kind === 'wait') return { kind: 'not_settled', ms: settled.ms }

    const sha256 = createHash('sha256').update(read.content).digest('hex')
    if (context.confirmed.get(entry.name) === sha256) return { kind: 'known', sha256 }
    const key = `${entry.name} ${sha256}`
    if (context.sending.has(key)) return { kind: 'not_settled', ms: 200 }

    context.sending.add(key)
    try {
      const settledAt = now()
      const sinceSeenMs = Math.round(settledAt - file.seenAt)
      const about = { name: entry.name, source: source.kind, sha256 }
      if (file.attempts === 0) emit({ kind: 'settled', ...about, bytes: entry.bytes, sinceSeenMs })
      emit({ kind: 'uploading', ...about, attempt: file.attempts + 1, sinceSeenMs })
      const upload = {
        name: entry.name,
        content: read.content,
        sha256,
        mtimeMs: entry.mtimeMs,
        source: source.kind,
      }
      const outcome = await context.server.upload(upload, signal)
      passage = toPassage(outcome)
      if (passage.kind === 'ok') context.confirmed.set(entry.name, sha256)
      return {
        kind: 'answered',
        sha256,
        outcome,
        settleMs: sinceSeenMs,
        uploadMs: Math.round(now() - settledAt),
      }
    } finally {
      context.sending.delete(key)
    }
  } finally {
    gate.leave(ticket, passage)
  }
}

/** What an answer says about the server, whatever it says about the file. */
export function toPassage(outcome: UploadOutcome): Passage {
  switch (outcome.kind) {
    case 'delivered':
    case 'rejected':
    case 'refused':
      return { kind: 'ok' }
    case 'retry':
      return { kind: 'failed', reason: outcome.reason, retryAfterMs: outcome.retryAfterMs }
    case 'unauthorized':
      return { kind: 'unauthorized', reason: outcome.reason }
  }
}
