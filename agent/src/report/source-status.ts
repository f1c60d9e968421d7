import type { Gate } from '../delivery/gate.ts'
import { QUIET_WHEN_CUT_MS } from '../delivery/settle.ts'
import { compareUrgency, type TrackedFile } from '../delivery/tracked-file.ts'
import type { FileSource } from '../source/source.ts'
import type { SourceStatus, WaitingFile } from './status-file.ts'

const SHOWN = 100

interface Facts {
  source: FileSource
  files: Iterable<TrackedFile>
  problem: string | null
  skipped: number
  gate: Gate
  now: number
}

/** What `status`, `explain` and the heartbeat tell about one source. */
export function toSourceStatus({ source, files, problem, skipped, gate, now }: Facts): SourceStatus {
  const waiting: TrackedFile[] = []
  const notTaken: TrackedFile[] = []
  let count = 0
  let delivered = 0
  let oldest = Number.POSITIVE_INFINITY
  for (const file of files) {
    count++
    if (file.phase === 'delivered') delivered++
    else if (file.phase === 'not_taken') notTaken.push(file)
    else {
      waiting.push(file)
      oldest = Math.min(oldest, file.entry.mtimeMs)
    }
  }
  const newestFirst = (list: TrackedFile[]) => list.sort((a, b) => compareUrgency(b, a)).slice(0, SHOWN)
  return {
    kind: source.kind,
    place: source.place,
    problem,
    files: count,
    delivered,
    skipped,
    waitingCount: waiting.length,
    oldestWaitingAt: Number.isFinite(oldest) ? toIso(oldest) : null,
    waiting: newestFirst(waiting).map(file => toWaitingFile(file, gate, now)),
    notTaken: newestFirst(notTaken).map(({ entry, reason }) => {
      const [code = '', ...rest] = (reason ?? 'rejected: The server rejected it, before this start.').split(
        ': ',
      )
      return { name: entry.name, code, detail: rest.join(': ') }
    }),
    notTakenCount: notTaken.length,
  }
}

function toWaitingFile(file: TrackedFile, gate: Gate, now: number): WaitingFile {
  const { name, bytes, mtimeMs } = file.entry
  const base = { name, bytes, mtimeMs, attempts: file.attempts }
  if (file.fault === 'source') return { ...base, phase: 'unread', reason: file.reason }
  if (file.phase === 'busy') return { ...base, phase: 'uploading', reason: file.reason }
  if (file.phase === 'pending' && now - file.settling.since < QUIET_WHEN_CUT_MS) {
    return { ...base, phase: 'growing', reason: file.reason }
  }
  return { ...base, phase: 'waiting', reason: file.reason ?? gate.reason() }
}

function toIso(ms: number): string | null {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
