import type { Logger } from 'pino'
import { messageOf } from '../message-of.ts'
import type { History } from '../report/history.ts'
import { toFileRecord } from '../report/to-file-record.ts'
import type { SourceEntry } from '../source/source.ts'
import { backoff } from './backoff.ts'
import { type DeliveryContext, type DeliveryStep, deliverFile } from './deliver-file.ts'
import type { FileBook } from './file-book.ts'
import type { FileQueue } from './file-queue.ts'
import { judgeAnswer } from './judge-answer.ts'
import { isSameLook } from './settle.ts'
import type { TrackedFile } from './tracked-file.ts'

export interface WorkContext extends DeliveryContext {
  book: FileBook
  queue: FileQueue
  history: History
  log: Logger
  random?: () => number
}

const CLOSED_AT_LEAST_MS = 50

/** One file, one step further. Never fails: what goes wrong is tried again. */
export async function workOn(context: WorkContext, file: TrackedFile, signal: AbortSignal): Promise<void> {
  file.phase = 'busy'
  const entry = file.entry
  try {
    const step = await deliverFile(context, file, signal)
    file.phase = 'pending'
    takeStep(context, file, entry, step)
  } catch (error) {
    file.phase = 'pending'
    if (!signal.aborted) tryAgain(context, file, null, messageOf(error), 'source')
  }
}

function takeStep(context: WorkContext, file: TrackedFile, entry: SourceEntry, step: DeliveryStep): void {
  const { book, queue, clock, gate, emit, source } = context
  switch (step.kind) {
    case 'not_settled':
      queue.put(file, clock.now() + step.ms)
      return
    case 'closed':
      queue.put(file, Math.max(clock.now() + CLOSED_AT_LEAST_MS, gate.opensAt()))
      return
    case 'changed':
      book.takeChange(file, step.entry)
      return
    case 'gone':
      book.takeAbsence(file)
      return
    case 'known':
      // The very bytes that it would not take are no better for being touched.
      finish(context, file, entry, file.refused?.sha256 === step.sha256 ? file.refused : null)
      emit({ kind: 'known', name: entry.name, source: source.kind })
      return
    case 'answered':
      takeAnswer(context, file, entry, step)
      return
  }
}

function takeAnswer(
  context: WorkContext,
  file: TrackedFile,
  entry: SourceEntry,
  step: Extract<DeliveryStep, { kind: 'answered' }>,
): void {
  const { clock, log, emit, history, source } = context
  const { sha256, outcome } = step
  const verdict = judgeAnswer(entry, source.kind, step)
  if (verdict.kind === 'retry') {
    tryAgain(context, file, sha256, verdict.reason, verdict.fault)
    return
  }
  const record = toFileRecord(entry, sha256, outcome, source.kind, new Date(clock.wall()))
  if (record) history.add(record)
  finish(context, file, entry, verdict.reason === null ? null : { sha256, reason: verdict.reason })
  log[verdict.reason ? 'warn' : 'info'](verdict.facts, verdict.message)
  emit(verdict.event)
}

/** The server has spoken. If the file has changed meanwhile, its new content begins its own way. */
function finish(
  { book, queue, clock, source }: WorkContext,
  file: TrackedFile,
  entry: SourceEntry,
  refused: TrackedFile['refused'],
): void {
  file.fault = null
  file.attempts = 0
  file.refused = refused
  file.askFirst = false
  if (!isSameLook(file.entry, entry)) {
    file.seenAt = file.settling.since
    queue.put(file, clock.now() + source.quietMs)
    return
  }
  if (refused) book.takeRefused(file, refused)
  else book.takeDelivered(entry)
}

function tryAgain(
  { queue, clock, gate, emit, log, source, random }: WorkContext,
  file: TrackedFile,
  sha256: string | null,
  reason: string,
  fault: 'server' | 'request' | 'source',
): void {
  file.attempts++
  file.reason = reason
  file.fault = fault
  const now = clock.now()
  // While the gate is closed there is nothing to try, however short this file's own pause is.
  const own = now + backoff(file.attempts, random)
  const dueAt = fault === 'source' ? own : Math.max(own, gate.opensAt())
  queue.put(file, dueAt)
  const { name } = file.entry
  emit({ kind: 'retrying', name, source: source.kind, sha256, reason })
  const facts = { name, sha256, reason, attempt: file.attempts, inMs: Math.round(dueAt - now) }
  log.warn(facts, 'not delivered yet; tried again')
}
