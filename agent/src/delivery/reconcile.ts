import type { Logger } from 'pino'
import { createBell } from '../bell.ts'
import type { Clock } from '../clock.ts'
import type { History } from '../report/history.ts'
import { toSourceStatus } from '../report/source-status.ts'
import type { SourceStatus } from '../report/status-file.ts'
import { toFileRecord } from '../report/to-file-record.ts'
import { type SourceEntry, SourceUnavailable } from '../source/source.ts'
import { askAboutFiles } from './ask-about-files.ts'
import { backoff } from './backoff.ts'
import { type DeliveryContext, type DeliveryStep, deliverFile } from './deliver-file.ts'
import { createFileBook } from './file-book.ts'
import { createFileQueue } from './file-queue.ts'
import type { Ticket } from './gate.ts'
import { judgeAnswer } from './judge-answer.ts'
import { isSameLook } from './settle.ts'
import type { TrackedFile } from './tracked-file.ts'

const PARALLEL_UPLOADS = 4

export interface ReconcilerContext extends DeliveryContext {
  clock: Clock
  log: Logger
  history: History
  scanSeconds: number
  random?: () => number
  /** Something that `status` shows has changed. */
  onChange: () => void
}

export type Reconciler = ReturnType<typeof createReconciler>

/**
 * Keeps the server complete: what lies in the source and is not there is sent, for ever. The folder is the queue and
 * the server the ledger; what this remembers is only to ask and to read less. Hints make it quick, the full scan
 * makes it sure.
 */
export function createReconciler(context: ReconcilerContext) {
  const { source, gate, clock, log, history, emit, confirmed } = context
  const queue = createFileQueue()
  const book = createFileBook({ ...context, onPending: enqueue })
  const workBell = createBell(clock)
  const scanBell = createBell(clock)
  const jobs = new Set<Promise<void>>()
  const looking = new Map<string, boolean>()
  let problem: string | null = null
  let isPlaceGone = false
  let scanFailures = 0
  let skipped = 0
  let lastProgress = clock.now()

  gate.onChange(recoveredFrom => {
    // It was really away, and may have come back with an older database: what is known is asked once more.
    if (recoveredFrom >= 2) {
      book.doubtSoon()
      for (const file of book.files.values()) if (file.fault === 'server') file.dueAt = clock.now()
      scanBell.ring()
    }
    workBell.ring()
    context.onChange()
  })

  /** `signal` ends the loops; `hardSignal` also what is under way. */
  async function run(signal: AbortSignal, hardSignal: AbortSignal): Promise<void> {
    source.watch?.(name => (name === null ? scanBell.ring() : followHint(name, hardSignal)), signal)
    await Promise.all([scanLoop(signal), workLoop(signal, hardSignal)])
    await Promise.all(jobs)
  }

  async function scanLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await scan(signal)
      let pause = context.scanSeconds * 1000
      if (scanFailures > 0) pause = Math.min(pause, backoff(scanFailures + 2, context.random))
      if (book.unasked().length > 0) pause = Math.min(pause, Math.max(50, gate.opensAt() - clock.now()))
      await scanBell.wait(pause, signal)
    }
  }

  /** Everything that is in the source, compared with what is known. The truth, whatever hints were lost. */
  async function scan(signal: AbortSignal): Promise<void> {
    const startedAt = clock.now()
    const { kind, place } = source
    try {
      const listing = await source.list(signal)
      if (problem) log.info({ source: kind, place }, 'the folder can be read again')
      problem = null
      isPlaceGone = false
      scanFailures = 0
      skipped = listing.skipped
      book.takeListing(listing.entries, startedAt)
      await askServer(signal)
    } catch (error) {
      if (signal.aborted) return
      scanFailures++
      const text = messageOf(error)
      if (text !== problem) log.warn({ source: kind, place, problem: text }, 'the folder cannot be read')
      problem = text
      isPlaceGone = kind === 'agent' && error instanceof SourceUnavailable
    }
    lastProgress = clock.now()
    context.onChange()
  }

  async function askServer(signal: AbortSignal): Promise<void> {
    const unasked = book.unasked()
    if (unasked.length === 0) return
    const asked = await askAboutFiles({ ...context, onAnswer: takeMissing }, unasked, signal)
    workBell.ring()
    const { place } = source
    if (asked.kind === 'asked') log.info({ ...asked, place }, 'asked the server what it is missing')
    else log.warn({ reason: asked.reason, place }, 'the server does not say what it is missing; asked again')
  }

  function takeMissing(
    file: TrackedFile,
    isMissing: boolean,
    { sha256 }: { sha256?: string | undefined },
  ): void {
    const { entry, settling } = file
    if (isMissing) {
      file.phase = 'pending'
      enqueue(file, Math.max(0, settling.since + source.quietMs - clock.now()))
      return
    }
    const known = history.latest(entry.name)
    const wasRejected = known?.outcome === 'rejected' && isSameLook(known, entry)
    file.phase = wasRejected ? 'not_taken' : 'delivered'
    if (wasRejected) file.reason = `${known.code ?? 'rejected'}: ${known.detail ?? 'The server rejected it.'}`
    if (sha256) confirmed.set(entry.name, sha256)
    emit({ kind: 'known', name: entry.name, source: source.kind })
  }

  /** One look at one name. Never fails: the full scan looks at everything anyway. */
  function followHint(name: string, signal: AbortSignal): void {
    // One look at a time; a hint that comes meanwhile makes it look once more.
    if (looking.has(name)) {
      looking.set(name, true)
      return
    }
    looking.set(name, false)
    void source
      .look(name, signal)
      .then(
        entry => {
          if (entry) book.takeEntry(entry, false)
          context.onChange()
        },
        error => log.debug({ name, problem: messageOf(error) }, 'a hint could not be followed'),
      )
      .then(() => {
        const again = looking.get(name)
        looking.delete(name)
        if (again && !signal.aborted) followHint(name, signal)
      })
  }

  function enqueue(file: TrackedFile, delayMs: number): void {
    file.dueAt = clock.now() + delayMs
    queue.put(file)
    workBell.ring()
  }

  async function workLoop(signal: AbortSignal, hardSignal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      startJobs(hardSignal)
      // Full, or one request is trying the server: the end of a job rings the bell.
      const blocked = jobs.size >= PARALLEL_UPLOADS || gate.isProbing()
      const next = blocked ? Number.POSITIVE_INFINITY : Math.max(queue.nextDueAt(), gate.opensAt())
      await workBell.wait(Math.min(Math.max(next - clock.now(), 5), 3_600_000), signal)
    }
  }

  function startJobs(hardSignal: AbortSignal): void {
    while (jobs.size < PARALLEL_UPLOADS && queue.nextDueAt() <= clock.now()) {
      const ticket = gate.enter()
      if (!ticket) return
      const file = queue.take(clock.now())
      if (!file || !book.has(file) || file.phase !== 'pending') {
        gate.leave(ticket, { kind: 'abandoned' })
        continue
      }
      const job = work(file, ticket, hardSignal).finally(() => {
        jobs.delete(job)
        workBell.ring()
      })
      jobs.add(job)
    }
  }

  async function work(file: TrackedFile, ticket: Ticket, signal: AbortSignal): Promise<void> {
    file.phase = 'busy'
    const entry = file.entry
    try {
      const step = await deliverFile(context, file, ticket, signal)
      takeStep(file, entry, step)
    } catch (error) {
      file.phase = 'pending'
      if (signal.aborted) return
      retry(file, null, messageOf(error), 'source')
    }
    lastProgress = clock.now()
    context.onChange()
  }

  function takeStep(file: TrackedFile, entry: SourceEntry, step: DeliveryStep): void {
    file.phase = 'pending'
    switch (step.kind) {
      case 'not_settled':
        enqueue(file, step.ms)
        return
      case 'changed':
        book.takeChange(file, step.entry)
        return
      case 'gone':
        book.takeAbsence(file)
        return
      case 'known':
        finish(file, entry, null)
        emit({ kind: 'known', name: entry.name, source: source.kind })
        return
      case 'answered': {
        const verdict = judgeAnswer(entry, source.kind, step)
        if (verdict.kind === 'retry') {
          retry(file, step.sha256, verdict.reason, verdict.fault)
          return
        }
        const record = toFileRecord(entry, step.sha256, step.outcome, source.kind, new Date(clock.wall()))
        if (record) history.add(record)
        finish(file, entry, verdict.reason)
        log[verdict.reason ? 'warn' : 'info'](verdict.facts, verdict.message)
        emit(verdict.event)
        return
      }
    }
  }

  /** The server has spoken. If the file has changed meanwhile, its new content begins its own way. */
  function finish(file: TrackedFile, entry: SourceEntry, reason: string | null): void {
    file.fault = null
    file.attempts = 0
    if (!isSameLook(file.entry, entry)) {
      file.seenAt = file.settling.since
      enqueue(file, source.quietMs)
      return
    }
    file.phase = reason ? 'not_taken' : 'delivered'
    file.reason = reason
  }

  function retry(
    file: TrackedFile,
    sha256: string | null,
    reason: string,
    fault: 'server' | 'request' | 'source',
  ): void {
    file.attempts++
    file.reason = reason
    file.fault = fault
    const inMs = backoff(file.attempts, context.random)
    enqueue(file, inMs)
    const { name } = file.entry
    emit({ kind: 'retrying', name, source: source.kind, sha256, reason })
    log.warn({ name, sha256, reason, attempt: file.attempts, inMs }, 'not delivered yet; tried again')
  }

  return {
    run,
    status: (): SourceStatus =>
      toSourceStatus({ source, files: book.files.values(), problem, skipped, gate, now: clock.now() }),
    /** The place itself is not there (any more). */
    isPlaceGone: () => isPlaceGone,
    /** Monotonic: the last time that a scan or an upload came to an end. For the watchdog. */
    lastProgress: () => lastProgress,
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
