import type { TeamName } from '../report/assign-teams.ts'

/** A player of a rated map, with the number of its rounds that he played. */
export type Rated = readonly [guid: string, rounds: number]

/** A map's result as ratings see it: who won, and who played. Teams in the order of GUIDs. */
export type RatedResult = readonly [
  winner: TeamName | 'tie',
  teamA: readonly Rated[],
  teamB: readonly Rated[],
]

/** A result at its place in the order of all results. */
export interface RatedMap {
  /** The end of its last round. */
  endedAt: Date
  /** The last round's file and game server: they decide between two that ended in the same second. */
  filename: string
  serverId: number
  result: RatedResult
}
