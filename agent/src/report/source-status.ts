import { toInstant } from '@debrief/shared'
import type { FileBook } from '../delivery/file-book.ts'
import type { Gate } from '../delivery/gate.ts'
import type { PlaceState } from '../delivery/scan.ts'
import { QUIET_WHEN_CUT_MS } from '../delivery/settle.ts'
import type { TrackedFile } from '../delivery/tracked-file.ts'
import type { FileSource } from '../source/source.ts'
import type { SourceStatus, WaitingFile } from './status-file.ts'

const SHOWN = 100

interface Facts {
  source: FileSource
  book: FileBook
  place: PlaceState
  gate: Gate
  now: number
}

/** What `status`, `explain` and the heartbeat tell about one source. */
export function toSourceStatus({ source, book, place, gate, now }: Facts): SourceStatus {
  const waiting: TrackedFile[] = []
  const notTaken: TrackedFile[] = []
  let oldest = Number.POSITIVE_INFINITY
  for (const file of book.open.values()) {
    if (file.phase === 'not_taken') notTaken.push(file)
    else waiting.push(file)
    if (file.phase !== 'not_taken') oldest = Math.min(oldest, file.entry.mtimeMs)
  }
  for (const { mtimeMs } of book.unasked.values()) oldest = Math.min(oldest, mtimeMs)
  const newestFirst = (list: TrackedFile[]) =>
    list.sort((a, b) => b.entry.mtimeMs - a.entry.mtimeMs).slice(0, SHOWN)
  return {
    kind: source.kind,
    place: source.place,
    identity: place.identity,
    problem: place.problem,
    files: book.size(),
    delivered: book.delivered.size,
    skipped: place.skipped,
    waitingCount: waiting.length + book.unasked.size,
    // Of before 1970 the server takes none, and without one it would not know that files are held back.
    oldestWaitingAt: toInstant(Math.max(oldest, 0)),
    waiting: [
      ...newestFirst(waiting).map(file => toWaitingFile(file, gate, now)),
      ...firstUnasked(book, SHOWN - waiting.length, gate),
    ],
    notTaken: newestFirst(notTaken).map(({ entry, reason }) => {
      const [code = '', ...rest] = (reason ?? 'rejected: The server rejected it.').split(': ')
      return { name: entry.name, code, detail: rest.join(': ') }
    }),
    notTakenCount: notTaken.length,
  }
}

function firstUnasked({ unasked }: FileBook, count: number, gate: Gate): WaitingFile[] {
  const reason = gate.reason() ?? 'The server is asked whether it has it.'
  const first: WaitingFile[] = []
  for (const entry of unasked.values()) {
    if (first.length >= count) break
    first.push({ ...entry, phase: 'waiting', reason, attempts: 0 })
  }
  return first
}

function toWaitingFile(file: TrackedFile, gate: Gate, now: number): WaitingFile {
  const { name, bytes, mtimeMs } = file.entry
  const base = { name, bytes, mtimeMs, attempts: file.attempts }
  if (file.fault === 'source') return { ...base, phase: 'unread', reason: file.reason }
  if (file.phase === 'busy') return { ...base, phase: 'uploading', reason: file.reason }
  if (file.settledAt === null && now - file.settling.since < QUIET_WHEN_CUT_MS) {
    return { ...base, phase: 'growing', reason: file.reason }
  }
  return { ...base, phase: 'waiting', reason: file.reason ?? gate.reason() }
}
