import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { AgentEvent } from '../events.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import { isUnanswered, type UploadOutcome } from '../http/outcomes.ts'
import type { FileSource, SourceEntry } from '../source/source.ts'
import type { Closed, Gate } from './gate.ts'
import type { RecentDeliveries } from './recent-deliveries.ts'
import { settle } from './settle.ts'
import type { TrackedFile } from './tracked-file.ts'

export interface DeliveryContext {
  source: FileSource
  server: IngestServer
  gate: Gate
  clock: Clock
  emit: (event: AgentEvent) => void
  /** Shared by all sources. */
  recent: RecentDeliveries
}

/** How far one try brought a file. */
export type DeliveryStep =
  | { kind: 'not_settled'; ms: number }
  | { kind: 'changed'; entry: SourceEntry }
  | { kind: 'gone' }
  /** The server has these bytes (touched, copied anew, or delivered by the other source). */
  | { kind: 'known'; sha256: string }
  /** The server is not spoken to now. */
  | Closed
  | {
      kind: 'answered'
      sha256: string
      outcome: UploadOutcome
      settleMs: number
      waitMs: number
      uploadMs: number
    }

/** The same bytes are on their way from the other source: look again in a moment. */
const ON_ITS_WAY_MS = 200

/** One file, once: wait until it is whole, read it, send it, take the answer. Throws only what the source throws. */
export async function deliverFile(
  context: DeliveryContext,
  file: TrackedFile,
  signal: AbortSignal,
): Promise<DeliveryStep> {
  const { source, clock, recent } = context
  const { entry, settling } = file
  const early = settle(settling, clock.now(), null, source.quietMs)
  if (early.kind === 'wait') return { kind: 'not_settled', ms: early.ms }

  const read = await source.read(entry, signal)
  if (read.kind !== 'content') return read
  const settled = settle(settling, clock.now(), read.content, source.quietMs)
  if (settled.kind === 'wait') return { kind: 'not_settled', ms: settled.ms }

  const sha256 = createHash('sha256').update(read.content).digest('hex')
  if (recent.has(entry.name, sha256)) return { kind: 'known', sha256 }
  if (!recent.begin(entry.name, sha256)) return { kind: 'not_settled', ms: ON_ITS_WAY_MS }
  try {
    return await sendContent(context, file, entry, { content: read.content, sha256 }, signal)
  } finally {
    recent.end(entry.name, sha256)
  }
}

async function sendContent(
  { source, server, gate, clock, emit, recent }: DeliveryContext,
  file: TrackedFile,
  entry: SourceEntry,
  { content, sha256 }: { content: Buffer; sha256: string },
  signal: AbortSignal,
): Promise<DeliveryStep> {
  const { name, bytes, mtimeMs } = entry
  const about = { name, source: source.kind, sha256 }
  const sinceSeenMs = () => Math.round(clock.now() - file.seenAt)
  if (file.settledAt === null) {
    file.settledAt = clock.now()
    emit({ kind: 'settled', ...about, bytes, sinceSeenMs: sinceSeenMs() })
  }
  const timings = { settleMs: Math.round(file.settledAt - file.seenAt), waitMs: 0, uploadMs: 0 }

  if (file.askFirst) {
    const answer = await gate.pass(() => server.missing({ files: [{ name, bytes, sha256 }] }, signal))
    if (answer.kind === 'closed') return answer
    if (isUnanswered(answer)) return { kind: 'answered', sha256, outcome: answer, ...timings }
    if (!answer.missing.has(name)) return { kind: 'known', sha256 }
  }

  let startedAt = clock.now()
  const outcome = await gate.pass(() => {
    startedAt = clock.now()
    emit({ kind: 'uploading', ...about, attempt: file.attempts + 1, sinceSeenMs: sinceSeenMs() })
    return server.upload({ name, content, sha256, mtimeMs, source: source.kind }, signal)
  })
  if (outcome.kind === 'closed') return outcome
  if (!isUnanswered(outcome)) recent.add(name, sha256)
  timings.waitMs = Math.round(startedAt - file.settledAt)
  timings.uploadMs = Math.round(clock.now() - startedAt)
  return { kind: 'answered', sha256, outcome, ...timings }
}
