import type { Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { fileFates, isStored } from './file-fates.ts'
import type { ImportContext } from './import-context.ts'
import { loadTimeline, type Timeline } from './load-timeline.ts'
import { type PlacedEndstats, placeEndstats } from './place-endstats.ts'
import { writeFates } from './write-fates.ts'

interface Options {
  /** Writes this file's rows even if they stand there already. */
  rewrite?: number
  /** Further points in time at which something came or went. */
  at?: readonly Date[]
  /** Around these names, where the caller has loaded it already. */
  timeline?: Timeline | null
}

/**
 * Derives anew what files of these names can have changed, and writes what differs, but for awards: whoever calls it
 * writes them, or has the receipt bring them. The one way to a round: an import, a rebuild and newer rules all go it.
 */
export async function placeAnew(
  trx: Transaction<DB>,
  context: ImportContext,
  names: readonly string[],
  { rewrite, at = [], timeline: loaded = null }: Options = {},
): Promise<PlacedEndstats> {
  const timeline = loaded ?? (await loadTimeline(trx, context.serverId, names, at))
  const fates = fileFates(timeline).filter(fate => fate.file.fileId === rewrite || !isStored(fate))
  const events = await writeFates(trx, context, fates, timeline.files)
  // Where no awards are near, nothing is asked for them.
  const awarded = fates.filter(({ file }) => file.hasEndstats)
  const times = awarded.flatMap(({ file: { endedAt, round } }) =>
    round ? [endedAt, round.endedAt] : [endedAt],
  )
  const awards = await placeEndstats(trx, context.serverId, times)
  const told = new Set(events.map(({ subject }) => subject))
  return {
    writes: awards.writes,
    events: [...events, ...awards.events.filter(({ subject }) => !told.has(subject))],
  }
}
