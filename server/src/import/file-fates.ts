import { isDeepStrictEqual } from 'node:util'
import { chooseCurrent } from '../derive/choose-current.ts'
import { isAttempt } from '../derive/counts-on.ts'
import { findCopies } from '../derive/find-copies.ts'
import { LOOK_BACK, placeRounds } from '../derive/place-rounds.ts'
import type { Placement } from '../derive/placement.ts'
import { RULES_VERSION } from '../derive/rules-version.ts'
import { byTime } from '../derive/timeline-file.ts'
import type { Timeline } from './load-timeline.ts'
import type { StoredFile } from './stored-file.ts'

/** What becomes of a valid stats file among its neighbours. */
export type Fate =
  | { kind: 'round'; file: StoredFile; placement: Placement }
  | { kind: 'copy'; file: StoredFile; of: StoredFile }
  | { kind: 'superseded'; file: StoredFile; by: StoredFile }

/**
 * The fates of the files that a change of the timeline at its points can reach; the others are only read with them.
 * Pure: the answer depends on the set of files alone.
 */
export function fileFates({ files, points }: Timeline): Fate[] {
  const { current, superseded } = chooseCurrent(files)
  const copies = findCopies(current)
  const rounds = current.filter(file => !copies.has(file)).sort(byTime)
  const placements = placeRounds(rounds)
  const reached = reachedFiles(rounds, points)

  const fates: Fate[] = []
  for (const file of superseded) {
    const by = current.find(other => other.filename === file.filename)
    if (by) fates.push({ kind: 'superseded', file, by })
  }
  for (const [file, of] of copies) fates.push({ kind: 'copy', file, of })
  for (const file of rounds) {
    const placement = placements.get(file)
    if (placement && (reached.has(file) || isSettledByLater(file, placement))) {
      fates.push({ kind: 'round', file, placement })
    }
  }
  return fates
}

/** At each point, and as far behind it as a file is read with those before it. */
function reachedFiles(rounds: readonly StoredFile[], points: readonly Date[]): Set<StoredFile> {
  const reached = new Set<StoredFile>()
  for (const point of points) {
    const from = rounds.findIndex(file => file.endedAt >= point)
    if (from < 0) continue
    // Those of the very same time do not count against the reach of what lies behind them.
    const behind = rounds.findIndex(file => file.endedAt > point)
    const to = behind < 0 ? rounds.length : behind + LOOK_BACK
    for (const file of rounds.slice(from, to)) reached.add(file)
  }
  return reached
}

/** Only a later file tells whether this one was broken off; what it rests on itself must be here to say so. */
function isSettledByLater({ file }: StoredFile, { base }: Placement): boolean {
  return isAttempt(file) && !file.header.aborted && base !== null
}

/** Whether the tables already say this; then nothing needs to be written. */
export function isStored(fate: Fate): boolean {
  const { file } = fate
  switch (fate.kind) {
    case 'superseded':
      return file.errorCode === 'superseded'
    case 'copy':
      return file.errorCode === 'copy_of_round' && file.round === null
    case 'round':
      return (
        file.status === 'imported' && file.round?.fileId === file.fileId && isPlacedAs(file, fate.placement)
      )
  }
}

function isPlacedAs({ round, endedAt }: StoredFile, placement: Placement): boolean {
  return (
    round !== null &&
    round.rulesVersion === RULES_VERSION &&
    round.endedAt.getTime() === endedAt.getTime() &&
    round.status === placement.status &&
    round.baseFileId === (placement.base?.fileId ?? null) &&
    round.matchId === (placement.round1?.fileId ?? null) &&
    round.outcome === placement.outcome &&
    round.durationSeconds === placement.durationSeconds &&
    isDeepStrictEqual(round.countsOn, placement.countsOn)
  )
}
