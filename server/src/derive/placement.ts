import type { RoundStatus } from '@debrief/shared'
import type { CountsOn, Outcome } from '../db/tables.ts'
import type { TimelineFile } from './timeline-file.ts'

/** What a file's round is, and on which other files its figures rest. */
export interface Placement {
  status: RoundStatus
  /** The file whose counters this one goes on from; its figures are subtracted. Null: they stand as they are. */
  base: TimelineFile | null
  /** The round 1 of the same match: itself for a round 1. Null: in no match. */
  round1: TimelineFile | null
  outcome: Outcome | null
  durationSeconds: number | null
  /** Null: the counters hold more than this round, and nothing that is here explains it. */
  countsOn: CountsOn | null
}
