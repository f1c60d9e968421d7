import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { messageOf } from '../message-of.ts'
import { type FileSource, SourceUnavailable } from '../source/source.ts'
import { backoff } from './backoff.ts'
import type { FileBook } from './file-book.ts'
import type { Gate } from './gate.ts'

/** How it stands with the source itself. */
export interface PlaceState {
  /** Why it, or a file in it, cannot be read; null while it can. */
  problem: string | null
  /** The folder itself is not there (any more), or is not the one that it was. */
  isGone: boolean
  failures: number
  skipped: number
  /** Which folder was looked at (device and inode); null where that cannot be told. */
  identity: string | null
}

export function newPlaceState(): PlaceState {
  return { problem: null, isGone: false, failures: 0, skipped: 0, identity: null }
}

interface ScanContext {
  source: FileSource
  book: FileBook
  place: PlaceState
  gate: Gate
  clock: Clock
  log: Logger
  scanSeconds: number
  random?: () => number
}

/** Everything that is in the source, compared with what is known. False if it could not be read, which is told. */
export async function scanSource(context: ScanContext, signal: AbortSignal): Promise<boolean> {
  const { source, book, place, log } = context
  const about = { source: source.kind, place: source.place }
  try {
    book.beginListing()
    const listing = await source.list(signal, name => book.recall(name))
    const { skipped, identity, problem } = listing
    if (problem && problem !== place.problem) log.warn({ ...about, problem }, 'a file cannot be looked at')
    if (place.problem && !problem) log.info(about, 'the folder can be read again')
    book.takeListing(listing.entries)
    Object.assign(place, { ...newPlaceState(), skipped, identity, problem })
    return true
  } catch (error) {
    if (signal.aborted) return false
    place.failures++
    const problem = messageOf(error)
    if (problem !== place.problem) log.warn({ ...about, problem }, 'the folder cannot be read')
    place.problem = problem
    place.isGone = source.kind === 'agent' && error instanceof SourceUnavailable
    return false
  }
}

/**
 * Milliseconds until the next scan: soon after a failure, and as soon as the server can be asked again. While another
 * request tries whether it is back, nothing can be asked: the gate tells when that one has ended.
 */
export function pauseAfterScan(context: ScanContext): number {
  const { place, book, gate, clock, scanSeconds, random } = context
  let pause = scanSeconds * 1000
  if (place.failures > 0) pause = Math.min(pause, backoff(place.failures + 2, random))
  if (book.unasked.size > 0 && !gate.isProbing())
    pause = Math.min(pause, Math.max(50, gate.opensAt() - clock.now()))
  return pause
}
