import type { GameServer } from './game-server.ts'
import type { Outcome } from './night-file.ts'

/** What engines of one version or another do with their counters. */
export interface EngineBugs {
  /** #2485: after a finished match the same map's round 1 counts on, and its round 2 begins anew. */
  countsOnAfterMatch: boolean
  /** #3028: after a round 1 without round 2 the next round 1 counts on, on any map. */
  countsOnAfterRound1: boolean
  /** #1740: a restart before round 1: round 2 does not count on. */
  forgetsRound1: boolean
  /** #2612: who takes a leaver's slot in round 2 takes his counters too. */
  slotsKeepCounters: boolean
}

export const NO_BUGS: EngineBugs = {
  countsOnAfterMatch: false,
  countsOnAfterRound1: false,
  forgetsRound1: false,
  slotsKeepCounters: false,
}

export interface RoundPlan {
  map: string
  round: 1 | 2
  /** Seconds; of round 1. Round 2 has what its round 1 left to beat. */
  limit?: number
  /** Seconds that it lasts; `held` lasts to the limit. `crashed` writes no file. */
  seconds?: number
  ending: Outcome | 'crashed'
  /** Everybody was ready within 3 s: the file is written after the level ended, and header #7 is nonsense. */
  isQuickExit?: boolean
  moments?: Moment[]
}

/** Something that people do in mid-round. */
export interface Moment {
  second: number
  happens: (game: GameServer) => void
}

export interface LastRound {
  map: string
  round: 1 | 2
  ending: Outcome
  file: string
  /** The round 1's file, of a round 2 or itself. */
  round1: string | null
  /** How long all lasted that the counters span. */
  spanMs: number
  countedOn: boolean
}

/** Whether a round's counters go on from those of the round before it: the engine's rules, and its bugs. */
export function countsOn(last: LastRound, plan: RoundPlan, bugs: EngineBugs): boolean {
  const isSameMap = last.map === plan.map
  if (last.ending === 'broken_off') return isSameMap || bugs.countsOnAfterRound1
  if (plan.round === 2) return !bugs.forgetsRound1 && !(bugs.countsOnAfterMatch && last.countedOn)
  return last.round === 1 ? bugs.countsOnAfterRound1 : isSameMap && bugs.countsOnAfterMatch
}
