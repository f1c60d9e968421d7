import { DEFAULT_MAX_FILE_BYTES } from '@debrief/shared'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { AgentEvent } from '../events.ts'
import type { FileRecord } from '../report/history.ts'
import type { FileSource, SourceEntry } from '../source/source.ts'
import { isSameLook, observe } from './settle.ts'
import { type TrackedFile, trackFile } from './tracked-file.ts'

/** More new files than this at once are asked about before any of them is read. */
const ASK_FROM = 16
/** A database that was put back from a backup is noticed within a day, also if it was never seen to be away. */
const REVERIFY_MS = 86_400_000

interface BookContext {
  source: FileSource
  clock: Clock
  log: Logger
  emit: (event: AgentEvent) => void
  /** The file is to be read and sent, from this time (monotonic) on. */
  onPending: (file: TrackedFile, dueAt: number) => void
}

/**
 * What is known of each file in one source, compared with what is seen there. A file lies on one of three shelves;
 * of one that the server has, only its entry is kept.
 */
export class FileBook {
  /** The server does not have them (yet), or will not take them. */
  readonly open = new Map<string, TrackedFile>()
  /** Found with many others: the server is asked first whether it has them. */
  readonly unasked = new Map<string, SourceEntry>()
  readonly delivered = new Map<string, SourceEntry>()
  readonly #context: BookContext
  /** Seen first since the list in hand was begun: it may lack them without their being gone. */
  readonly #newcomers = new Set<string>()
  #isFirst = true
  #verifyAllAt: number

  constructor(context: BookContext) {
    this.#context = context
    this.#verifyAllAt = context.clock.now() + REVERIFY_MS
  }

  size(): number {
    return this.open.size + this.unasked.size + this.delivered.size
  }

  /** How it looked before; undefined for a name that was never judged. */
  recall(name: string): SourceEntry | undefined {
    return this.delivered.get(name) ?? this.open.get(name)?.entry ?? this.unasked.get(name)
  }

  beginListing(): void {
    this.#newcomers.clear()
  }

  /** The full list that was begun with `beginListing`. Most of it is what it was a minute ago, and makes no work. */
  takeListing(entries: SourceEntry[]): void {
    if (this.#context.clock.now() >= this.#verifyAllAt) this.#doubtAll()
    const news = entries.filter(entry => this.delivered.get(entry.name) !== entry)
    const newNames = news.filter(({ name }) => !this.recall(name)).length
    const many = this.#isFirst || newNames > ASK_FROM
    this.#isFirst = false
    if (entries.length - newNames < this.size()) this.#takeAbsences(entries)
    for (const entry of news) this.takeEntry(entry, many)
  }

  /** Everything that counts as delivered or refused is asked about once more, with the next list. */
  doubtSoon(): void {
    this.#verifyAllAt = 0
  }

  /** One look at one file. `many`: it was found with many others, so the server is asked before it is read. */
  takeEntry(entry: SourceEntry, many: boolean): void {
    const { name } = entry
    const file = this.open.get(name)
    if (file) {
      if (!isSameLook(file.entry, entry)) this.takeChange(file, entry)
      return
    }
    const seen = this.delivered.get(name) ?? this.unasked.get(name)
    if (seen && isSameLook(seen, entry)) return
    if (this.delivered.has(name)) {
      this.readFirst(entry)
      return
    }
    const { source, emit } = this.#context
    if (!seen) {
      this.#newcomers.add(name)
      emit({ kind: 'seen', name, source: source.kind, bytes: entry.bytes, mtimeMs: entry.mtimeMs })
    }
    if (many && entry.bytes <= DEFAULT_MAX_FILE_BYTES) this.unasked.set(name, entry)
    else this.#track(entry, { live: !many, askFirst: false })
  }

  /** It has another look than the bytes that the server has: its digest tells whether they are other bytes. */
  readFirst(entry: SourceEntry): void {
    this.#track(entry, { live: true, askFirst: true })
  }

  /** The server has said that it does not have them. They are due at one time, so that their order decides alone. */
  takeMissing(entries: readonly SourceEntry[]): void {
    const now = this.#context.clock.now()
    for (const entry of entries) this.#track(entry, { live: false, askFirst: false, now })
  }

  takeChange(file: TrackedFile, entry: SourceEntry): void {
    const now = this.#context.clock.now()
    file.askFirst ||= file.refused !== null
    if (file.phase === 'not_taken') file.seenAt = now
    file.entry = entry
    file.settling = observe(file.settling, entry, now)
    file.settledAt = null
    file.live = true
    file.attempts = 0
    file.reason = null
    // Whoever is at work on it sees the difference when done.
    if (file.phase === 'busy' || this.#isTooLarge(file)) return
    file.phase = 'pending'
    this.#context.onPending(file, now + this.#context.source.quietMs)
  }

  takeDelivered(entry: SourceEntry): void {
    this.open.delete(entry.name)
    this.delivered.set(entry.name, entry)
  }

  /** The server says that it has it. `record`: what it said of these very bytes before; null if that is not known. */
  takeKnown(entry: SourceEntry, record: FileRecord | null): void {
    if (record?.outcome !== 'rejected') {
      this.takeDelivered(entry)
      return
    }
    const reason = `${record.code ?? 'rejected'}: ${record.detail ?? 'The server rejected it.'}`
    const file = trackFile(entry, false, this.#context.clock.now())
    this.takeRefused(file, { sha256: record.sha256, reason })
  }

  /** What the server has, and will not make a round of. */
  takeRefused(file: TrackedFile, refused: NonNullable<TrackedFile['refused']>): void {
    file.phase = 'not_taken'
    file.reason = refused.reason
    file.refused = refused
    this.open.set(file.entry.name, file)
  }

  takeAbsence(file: TrackedFile): void {
    const { name } = file.entry
    this.open.delete(name)
    if (file.phase !== 'not_taken') this.#context.log.warn({ name }, 'gone before it could be sent')
  }

  #takeAbsences(entries: readonly SourceEntry[]): void {
    const names = new Set(entries.map(({ name }) => name))
    const isGone = (name: string) => !names.has(name) && !this.#newcomers.has(name)
    for (const shelf of [this.unasked, this.delivered]) {
      for (const name of shelf.keys()) if (isGone(name)) shelf.delete(name)
    }
    for (const file of this.open.values()) {
      if (isGone(file.entry.name) && file.phase !== 'busy') this.takeAbsence(file)
    }
  }

  #doubtAll(): void {
    this.#verifyAllAt = this.#context.clock.now() + REVERIFY_MS
    for (const [name, entry] of this.delivered) this.unasked.set(name, entry)
    this.delivered.clear()
    for (const [name, file] of this.open) {
      if (file.phase !== 'not_taken' || !file.refused) continue
      this.open.delete(name)
      this.unasked.set(name, file.entry)
    }
  }

  #track(
    entry: SourceEntry,
    { live, askFirst, now = this.#context.clock.now() }: { live: boolean; askFirst: boolean; now?: number },
  ): void {
    const { source, onPending } = this.#context
    const file = trackFile(entry, live, now)
    file.askFirst = askFirst
    this.unasked.delete(entry.name)
    this.delivered.delete(entry.name)
    this.open.set(entry.name, file)
    if (!this.#isTooLarge(file)) onPending(file, now + source.quietMs)
  }

  #isTooLarge(file: TrackedFile): boolean {
    const { name, bytes } = file.entry
    if (bytes <= DEFAULT_MAX_FILE_BYTES) return false
    // Told once: while it grows, a look that was begun before may come after a later one.
    const wasTold = file.toldTooLarge
    file.toldTooLarge = true
    file.phase = 'not_taken'
    file.reason = `too_large: ${bytes} bytes; a stats file has at most ${DEFAULT_MAX_FILE_BYTES}. It is not read.`
    if (wasTold) return true
    const { source, emit, log } = this.#context
    emit({ kind: 'too_large', name, source: source.kind, bytes })
    log.warn({ name, bytes }, 'too large for a stats file; not read')
    return true
  }
}
