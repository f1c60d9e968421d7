import { DEFAULT_MAX_FILE_BYTES } from '@debrief/shared'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { AgentEvent } from '../events.ts'
import type { History } from '../report/history.ts'
import type { FileSource, SourceEntry } from '../source/source.ts'
import { isSameLook, observe } from './settle.ts'
import { type TrackedFile, trackFile } from './tracked-file.ts'

/** More new files than this at once are asked about before any of them is read. */
const ASK_FROM = 16
/** A database that was put back from a backup is noticed within a day, also if it was never seen to be away. */
const REVERIFY_MS = 86_400_000

interface BookContext {
  source: FileSource
  history: History
  clock: Clock
  log: Logger
  emit: (event: AgentEvent) => void
  confirmed: Map<string, string>
  /** The file is to be read and sent, after this pause. */
  onPending: (file: TrackedFile, delayMs: number) => void
}

/** What is known of each file in one source, compared with what is seen there. */
export function createFileBook({ source, history, clock, log, emit, confirmed, onPending }: BookContext) {
  const files = new Map<string, TrackedFile>()
  let isFirst = true
  let verifyAllAt = clock.now() + REVERIFY_MS

  /** A full list. `startedAt`: files first seen after that may be missing in it without being gone. */
  function takeListing(entries: SourceEntry[], startedAt: number): void {
    const many = isFirst || entries.filter(entry => !files.has(entry.name)).length > ASK_FROM
    isFirst = false
    if (clock.now() >= verifyAllAt) doubt()
    const names = new Set<string>()
    for (const entry of entries) {
      names.add(entry.name)
      takeEntry(entry, many)
    }
    for (const [name, file] of files) {
      if (!names.has(name) && file.phase !== 'busy' && file.seenAt < startedAt) takeAbsence(file)
    }
  }

  /** Everything that counts as delivered or rejected is to be asked about once more. */
  function doubt(): void {
    verifyAllAt = clock.now() + REVERIFY_MS
    confirmed.clear()
    for (const file of files.values()) {
      const wasRejected =
        file.phase === 'not_taken' && history.latest(file.entry.name)?.outcome === 'rejected'
      if (file.phase === 'delivered' || wasRejected) file.phase = 'unasked'
    }
  }

  /** One look at one file. `many`: it was found with many others, so the server is asked before it is read. */
  function takeEntry(entry: SourceEntry, many: boolean): void {
    const file = files.get(entry.name)
    if (file) {
      if (!isSameLook(file.entry, entry)) takeChange(file, entry)
      return
    }
    const known = history.latest(entry.name)
    // Of another size or time than what was delivered: a question by name would say nothing about these bytes.
    const isOther = known !== undefined && !isSameLook(known, entry)
    const tracked = trackFile(entry, many && !isOther ? 'unasked' : 'pending', !many, clock.now())
    files.set(entry.name, tracked)
    emit({ kind: 'seen', name: entry.name, source: source.kind, bytes: entry.bytes, mtimeMs: entry.mtimeMs })
    if (isTooLarge(tracked)) return
    if (tracked.phase === 'pending') onPending(tracked, source.quietMs)
  }

  function takeChange(file: TrackedFile, entry: SourceEntry): void {
    const now = clock.now()
    if (file.phase !== 'pending' && file.phase !== 'busy') file.seenAt = now
    const wasTooLarge = file.entry.bytes > DEFAULT_MAX_FILE_BYTES
    file.entry = entry
    file.settling = observe(file.settling, entry, now)
    file.live = true
    file.attempts = 0
    file.reason = null
    // Whoever is at work on it sees the difference when done.
    if (file.phase === 'busy' || isTooLarge(file, wasTooLarge)) return
    file.phase = 'pending'
    onPending(file, source.quietMs)
  }

  function isTooLarge(file: TrackedFile, wasBefore = false): boolean {
    const { name, bytes } = file.entry
    if (bytes <= DEFAULT_MAX_FILE_BYTES) return false
    file.phase = 'not_taken'
    file.reason = `too_large: ${bytes} bytes; a stats file has at most ${DEFAULT_MAX_FILE_BYTES}. It is not read.`
    if (wasBefore) return true
    emit({ kind: 'too_large', name, source: source.kind, bytes })
    log.warn({ name, bytes }, 'too large for a stats file; not read')
    return true
  }

  function takeAbsence(file: TrackedFile): void {
    const { name } = file.entry
    files.delete(name)
    if (!isDone(file)) log.warn({ name }, 'gone before it could be sent')
  }

  return {
    files,
    takeListing,
    takeEntry,
    takeChange,
    takeAbsence,
    /** With the next list. */
    doubtSoon: () => {
      verifyAllAt = 0
    },
    unasked: () => [...files.values()].filter(file => file.phase === 'unasked'),
    has: (file: TrackedFile) => files.get(file.entry.name) === file,
  }
}

function isDone(file: TrackedFile): boolean {
  return file.phase === 'delivered' || file.phase === 'not_taken'
}
