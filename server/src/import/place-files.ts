import { chooseCurrent } from '../derive/choose-current.ts'
import { findCopies } from '../derive/find-copies.ts'
import { byTime } from '../derive/map-file.ts'
import { type Placement, pairRounds } from '../derive/pair-rounds.ts'
import type { StoredFile } from './load-map-files.ts'

/** What becomes of a valid stats file among its neighbours. */
export type Place =
  | { kind: 'round'; file: StoredFile; placement: Placement }
  | { kind: 'copy'; file: StoredFile; of: StoredFile }
  | { kind: 'superseded'; file: StoredFile; by: StoredFile }

/**
 * Places the files at and after `from`; the earlier ones are context, as placed before. Pure: the answer depends on the
 * set of files alone. `files` are all valid files of one map on one server within reach.
 */
export function placeFiles(files: readonly StoredFile[], map: string, from: Date): Place[] {
  const { current: chosen, superseded } = chooseCurrent(files)
  const current = chosen.filter(({ file }) => file.header.map === map)
  const isOpen = (file: StoredFile) => file.endedAt >= from
  const found = findCopies(current)
  const isCopy = (file: StoredFile) => (isOpen(file) ? found.has(file) : file.errorCode === 'copy_of_round')
  const placements = pairRounds(current.filter(file => !isCopy(file)))

  const places: Place[] = []
  for (const file of superseded.filter(isOpen)) {
    const by = chosen.find(other => other.filename === file.filename)
    if (by) places.push({ kind: 'superseded', file, by })
  }
  for (const file of current.filter(isOpen).sort(byTime)) {
    const placement = placements.get(file)
    const of = files.find(other => other === found.get(file))
    if (placement) places.push({ kind: 'round', file, placement })
    else if (of) places.push({ kind: 'copy', file, of })
  }
  return places
}

/** Whether the tables already say this; then nothing needs to be written. */
export function isStored(place: Place): boolean {
  const { file } = place
  switch (place.kind) {
    case 'superseded':
      return file.errorCode === 'superseded'
    case 'copy':
      return file.errorCode === 'copy_of_round' && file.round === null
    case 'round':
      return (
        file.status === 'imported' &&
        file.round !== null &&
        file.round.fileId === file.fileId &&
        file.round.endedAt.getTime() === file.endedAt.getTime() &&
        file.round.status === place.placement.status &&
        file.round.baseFileId === (place.placement.base?.fileId ?? null) &&
        file.round.matchId === (place.placement.round1?.fileId ?? null)
      )
  }
}
