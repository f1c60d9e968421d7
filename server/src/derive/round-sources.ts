import type { RoundFile } from '../parse/round-file.ts'

/** What a round's figures are made of. */
export interface RoundSources {
  file: RoundFile
  /** The file that it counts on from, and what somebody who was there throughout had on a team at its end. */
  base: { file: RoundFile; seconds: number | null } | null
  /** The round 1 of its match, which names the bots. */
  round1: RoundFile | null
  /** Null: not known. */
  durationSeconds: number | null
  /** False: the counters hold more than this round, and nothing that is here explains it. */
  isExplained: boolean
}
