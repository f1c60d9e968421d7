import { createWaker, type Waker } from '@debrief/shared'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { AgentEvent } from '../events.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import type { History } from '../report/history.ts'
import { toSourceStatus } from '../report/source-status.ts'
import type { SourceStatus } from '../report/status-file.ts'
import type { FileSource } from '../source/source.ts'
import { askAboutUnasked } from './ask.ts'
import { FileBook } from './file-book.ts'
import { createFileQueue } from './file-queue.ts'
import { followHints } from './follow-hints.ts'
import type { Gate } from './gate.ts'
import type { RecentDeliveries } from './recent-deliveries.ts'
import { newPlaceState, pauseAfterScan, scanSource } from './scan.ts'
import { workOn } from './work.ts'

const PARALLEL_UPLOADS = 4
const LONG_MS = 3_600_000
/** The kernel answers within a few; a later answer costs a second list. */
const WATCHED_WITHIN_MS = 100

export interface ReconcilerContext {
  source: FileSource
  server: IngestServer
  gate: Gate
  history: History
  recent: RecentDeliveries
  clock: Clock
  log: Logger
  scanSeconds: number
  random?: () => number
  emit: (event: AgentEvent) => void
  /** Something that `status` shows has changed. */
  onChange: () => void
}

/**
 * Keeps the server complete: what lies in the source and is not there is sent, for ever. The folder is the queue and
 * the server the ledger; what this remembers is only to ask and to read less. Hints make it quick, the full scan
 * makes it sure.
 */
export class Reconciler {
  readonly #context: ReconcilerContext
  readonly #workWaker: Waker
  readonly #scanWaker: Waker
  readonly #queue = createFileQueue(() => this.#workWaker.wake())
  readonly #book: FileBook
  readonly #place = newPlaceState()
  readonly #jobs = new Set<Promise<void>>()
  #isAsking = false
  #lastProgress: number

  constructor(context: ReconcilerContext) {
    const { clock, gate } = context
    this.#context = context
    this.#workWaker = createWaker(clock.sleep)
    this.#scanWaker = createWaker(clock.sleep)
    this.#lastProgress = clock.now()
    this.#book = new FileBook({
      ...context,
      onPending: (file, dueAt) => this.#queue.put(file, dueAt),
    })
    gate.onChange(recovery => {
      if (recovery?.wasOutage) this.askAnew()
      // While it asks, the answers themselves ring this: what is left is seen to when it has ended.
      if (this.#book.unasked.size > 0 && !gate.isProbing() && !this.#isAsking) this.#scanWaker.wake()
      this.#workWaker.wake()
      context.onChange()
    })
  }

  /** `signal` ends the loops; `hardSignal` also what is under way. */
  async run(signal: AbortSignal, hardSignal: AbortSignal): Promise<void> {
    await Promise.all([this.#keepScanning(signal, hardSignal), this.#keepWorking(signal, hardSignal)])
    await Promise.all(this.#jobs)
  }

  /** The server may have lost what it had: everything is asked about once more, and what failed for it is due now. */
  askAnew(): void {
    const { recent, clock } = this.#context
    recent.clear()
    this.#book.doubtSoon()
    for (const file of this.#book.open.values()) if (file.fault === 'server') file.dueAt = clock.now()
    this.#scanWaker.wake()
  }

  status(): SourceStatus {
    const { source, gate, clock } = this.#context
    return toSourceStatus({ source, book: this.#book, place: this.#place, gate, now: clock.now() })
  }

  /** The folder itself is not there (any more), or is another one than it was. */
  isPlaceGone(): boolean {
    return this.#place.isGone
  }

  /** Monotonic: the last time that a scan or an upload came to an end. For the watchdog. */
  lastProgress(): number {
    return this.#lastProgress
  }

  /** First beat: look at everything, and ask the server about what is new among much. */
  async #keepScanning(signal: AbortSignal, hardSignal: AbortSignal): Promise<void> {
    const beat = { ...this.#context, book: this.#book, place: this.#place }
    // Before the first list: what comes while that is made is told of, and one list is enough.
    if (this.#watch(signal, hardSignal)) await this.#scanWaker.wait(WATCHED_WITHIN_MS, signal)
    while (!signal.aborted) {
      const isListed = await scanSource(beat, signal)
      if (isListed) await this.#ask(signal)
      this.#noteProgress()
      await this.#scanWaker.wait(pauseAfterScan(beat), signal)
    }
  }

  /** False where nothing tells of what happens. */
  #watch(signal: AbortSignal, hardSignal: AbortSignal): boolean {
    const { source } = this.#context
    if (!source.watch) return false
    const listener = {
      onName: followHints({ ...this.#context, book: this.#book }, hardSignal),
      onFolder: () => this.#scanWaker.wake(),
    }
    source.watch(listener, signal)
    return true
  }

  async #ask(signal: AbortSignal): Promise<void> {
    if (this.#book.unasked.size === 0) return
    const { log, emit, source } = this.#context
    this.#isAsking = true
    const asked = await askAboutUnasked(
      {
        ...this.#context,
        book: this.#book,
        onMissing: entries => this.#book.takeMissing(entries),
        onKnown: (entry, record) => {
          this.#book.takeKnown(entry, record)
          emit({ kind: 'known', name: entry.name, source: source.kind })
        },
      },
      signal,
    )
      .catch(error => {
        if (!signal.aborted) throw error
      })
      .finally(() => {
        this.#isAsking = false
      })
    const { place } = source
    if (asked?.kind === 'asked') log.info({ ...asked, place }, 'asked the server what it is missing')
    if (asked?.kind === 'later')
      log.warn({ reason: asked.reason, place }, 'the server does not say what it is missing; asked again')
  }

  /** Second beat: send what is due, the most urgent first, a few at a time; one at a time while the server is away. */
  async #keepWorking(signal: AbortSignal, hardSignal: AbortSignal): Promise<void> {
    const { gate, clock } = this.#context
    while (!signal.aborted) {
      while (this.#hasRoom() && this.#startNext(hardSignal));
      // Without room the end of a job, or the gate, rings the waker.
      const next = this.#hasRoom() ? Math.max(this.#queue.nextDueAt(), gate.opensAt()) : Infinity
      await this.#workWaker.wait(Math.min(Math.max(next - clock.now(), 5), LONG_MS), signal)
    }
  }

  #hasRoom(): boolean {
    const { gate } = this.#context
    return !gate.isProbing() && this.#jobs.size < (gate.isTrying() ? 1 : PARALLEL_UPLOADS)
  }

  /** Third beat: one file, one step further. False if none is due. */
  #startNext(hardSignal: AbortSignal): boolean {
    const { gate, clock } = this.#context
    if (gate.opensAt() > clock.now()) return false
    const file = this.#queue.take(clock.now())
    if (!file) return false
    if (this.#book.open.get(file.entry.name) !== file || file.phase !== 'pending') return true
    const beat = { ...this.#context, book: this.#book, queue: this.#queue }
    const job = workOn(beat, file, hardSignal).finally(() => {
      this.#jobs.delete(job)
      this.#noteProgress()
      this.#workWaker.wake()
    })
    this.#jobs.add(job)
    return true
  }

  #noteProgress(): void {
    this.#lastProgress = this.#context.clock.now()
    this.#context.onChange()
  }
}
