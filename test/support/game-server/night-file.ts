/** What a game server wrote, and what is true of it. */
export interface Night {
  files: NightFile[]
  /** A round for each file that is one, in the order of play; copies and foreign files have none. */
  rounds: TrueRound[]
  /** Files that hold a round once more (the upstream script writes every round 2 twice). */
  copies: string[]
  /** What was played, in words: for whoever reads a failure. */
  story: string[]
}

export interface NightFile {
  name: string
  content: Buffer
  modifiedAt: Date
}

export type Outcome = 'completed' | 'held' | 'surrendered' | 'broken_off'

export interface TrueRound {
  file: string
  status: 'complete' | 'aborted'
  outcome: Outcome
  /** How long it lasted, and how exactly the file can say so; null: it cannot. */
  seconds: number
  secondsTolerance: number | null
  /** The file whose counters this one's go on from; null: they began anew. */
  countsOn: string | null
  /** The round 1 of the same match; null: of none. */
  round1: string | null
  endedAt: Date
  players: TruePlayer[]
}

export interface TruePlayer {
  /** As in the file: 8 characters. */
  guid: string
  name: string
  team: 1 | 2
  /** By column; null: the file does not say, and nothing in it gives it. */
  figures: Record<string, number | null>
  /** Only what was used. A figure is never below 0, though a stab at a corpse takes a shot back. */
  weapons: Record<string, Record<'hits' | 'shots' | 'kills' | 'deaths' | 'headshots', number>>
  teamMs: number
  /** Null: the engine counted more than there was, and nobody can know: at most the time on a team. */
  aliveMs: number | null
  /** Of the time on a team; null: nothing in the file states it. */
  secondsTolerance: number | null
  /** Points of the shares of time, alive and dead. */
  shareTolerance: number | null
  /** A row may be missing, but must not be wrong. */
  mayBeLeftOut: boolean
}
