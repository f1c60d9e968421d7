import type { Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { OutboxEvent } from '../outbox/enqueue.ts'
import { fileFates, isStored } from './file-fates.ts'
import type { ImportContext } from './import-context.ts'
import { loadTimeline } from './load-timeline.ts'
import { placeEndstats } from './place-endstats.ts'
import { writeFates } from './write-fates.ts'

interface Options {
  /** Writes this file's rows even if they stand there already. */
  rewrite?: number
  /** Further points in time at which something came or went. */
  at?: readonly Date[]
}

/**
 * Derives anew what files of these names can have changed, and writes what differs. Returns what to tell the world. The
 * one way to a round: an import, a rebuild and newer rules all go it.
 */
export async function placeAnew(
  trx: Transaction<DB>,
  context: ImportContext,
  names: readonly string[],
  { rewrite, at = [] }: Options = {},
): Promise<OutboxEvent[]> {
  const timeline = await loadTimeline(trx, context.serverId, names, at)
  const fates = fileFates(timeline).filter(fate => fate.file.fileId === rewrite || !isStored(fate))
  const events = await writeFates(trx, context, fates, timeline.files)
  // Where no awards are near, nothing is asked for them.
  const awarded = fates.filter(({ file }) => file.hasEndstats)
  const times = awarded.flatMap(({ file: { endedAt, round } }) =>
    round ? [endedAt, round.endedAt] : [endedAt],
  )
  const changed = await placeEndstats(trx, context.serverId, times)
  const told = new Set(events.map(({ subject }) => subject))
  return [...events, ...changed.filter(({ subject }) => !told.has(subject))]
}
