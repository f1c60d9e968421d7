import type { Outcome } from '../db/tables.ts'

/** What is known of one round. Sides: 1 Axis, 2 Allies. */
export interface RoundFacts {
  defender_team: 1 | 2 | null
  /** 0 or null: nobody. */
  winner_team: 0 | 1 | 2 | null
  /** Round 1: the map's limit. Round 2: the time to beat. */
  time_limit_seconds: number | null
  duration_seconds: number | null
  /** How it ended; null: nothing tells but the header. */
  outcome: Outcome | null
}

/**
 * How an attack ended; one that was given up counts as held. `seconds` is null where no file says how long it took.
 */
export type Attack =
  | { kind: 'completed'; seconds: number | null }
  | { kind: 'held' }
  | { kind: 'surrendered'; seconds: number | null }
  | { kind: 'unknown' }

export type MapScore =
  /** `side`: who had it in round 2; null: 1-1. */
  { kind: 'won'; side: 1 | 2 | null } | { kind: 'unclear'; reason: string }

export interface ScoredMap {
  score: MapScore
  attacks: [first: Attack, second: Attack]
}

/**
 * Rule `box-1`: a map is two rounds with sides swapped.
 * 1. Both rounds held by the defenders: 1-1.
 * 2. Else the winner of round 2 by the header's side: in round 2 the attackers win only by beating the time.
 * 3. A header without a winner: both attacks completed: the shorter time; one: that one; none: 1-1.
 */
export function scoreMap(round1: RoundFacts, round2: RoundFacts): ScoredMap {
  const defender = defenderOf(round1, round2)
  const attacks: [Attack, Attack] = [firstAttack(round1, round2, defender), secondAttack(round2, defender)]
  return { attacks, score: score(round1, round2, defender, attacks) }
}

/** The attack of a round 1 that has no round 2 (yet). */
export function firstAttack(round1: RoundFacts, round2: RoundFacts | null, defender: 1 | 2 | null): Attack {
  // The time to beat is the attackers' time or the whole limit; without a measured time it is the only witness.
  const target = round2?.time_limit_seconds ?? null
  const beaten = target !== null && round1.time_limit_seconds !== null && target < round1.time_limit_seconds
  const seconds = round1.duration_seconds ?? (beaten ? target : null)
  const told = attackOf({ ...round1, duration_seconds: seconds }, defender)
  if (told) return told
  if (target === null) return { kind: 'unknown' }
  return beaten ? { kind: 'completed', seconds } : { kind: 'held' }
}

export function secondAttack(round2: RoundFacts, defender: 1 | 2 | null): Attack {
  return attackOf(round2, defender) ?? { kind: 'unknown' }
}

/** Null: neither the outcome, nor a winner, nor the clock tells. */
function attackOf(round: RoundFacts, defender: 1 | 2 | null): Attack | null {
  const { winner_team, outcome, duration_seconds: seconds } = round
  if (isSide(winner_team)) {
    if (defender === null) return { kind: 'unknown' }
    if (winner_team !== defender) return { kind: 'completed', seconds }
    return outcome === 'surrendered' ? { kind: 'surrendered', seconds } : { kind: 'held' }
  }
  switch (outcome) {
    case 'completed':
    case 'surrendered':
      return { kind: outcome, seconds }
    case 'held':
      return { kind: 'held' }
    case 'broken_off':
      return { kind: 'unknown' }
    case null:
      return endedEarly(round)
  }
}

function score(
  round1: RoundFacts,
  round2: RoundFacts,
  defender: 1 | 2 | null,
  [first, second]: [Attack, Attack],
): MapScore {
  if (isSide(round1.winner_team) && isSide(round2.winner_team)) {
    if (round1.winner_team !== round2.winner_team) return { kind: 'won', side: round2.winner_team }
    if (defender === null) return { kind: 'unclear', reason: 'the files do not say who defended' }
    return { kind: 'won', side: round2.winner_team === defender ? null : round2.winner_team }
  }
  if (defender === null) return { kind: 'unclear', reason: 'the files do not say who won' }
  const attackers = other(defender)
  // Sides swap: who attacked first defends in round 2.
  if (second.kind === 'completed' && isSide(round2.winner_team)) return { kind: 'won', side: attackers }
  if (first.kind === 'unknown' || second.kind === 'unknown') {
    return { kind: 'unclear', reason: 'the files do not say who won' }
  }
  if (first.kind !== 'completed') return { kind: 'won', side: second.kind === 'completed' ? attackers : null }
  if (second.kind !== 'completed') return { kind: 'won', side: defender }
  if (first.seconds === null || second.seconds === null) {
    return { kind: 'unclear', reason: 'the files do not say which attack was faster' }
  }
  if (first.seconds === second.seconds) return { kind: 'won', side: null }
  return { kind: 'won', side: first.seconds < second.seconds ? defender : attackers }
}

/** The same in both rounds. Where no header tells, the time to beat shows whether the winner of round 1 had attacked. */
function defenderOf(round1: RoundFacts, round2: RoundFacts): 1 | 2 | null {
  const stated = round1.defender_team ?? round2.defender_team
  if (stated !== null) return stated
  const [limit, target] = [round1.time_limit_seconds, round2.time_limit_seconds]
  if (!isSide(round1.winner_team) || limit === null || target === null) return null
  return target < limit ? other(round1.winner_team) : round1.winner_team
}

/** Without a winner only the clock tells: a round that ran to its limit was held. */
function endedEarly({ duration_seconds, time_limit_seconds }: RoundFacts): Attack | null {
  if (duration_seconds === null || time_limit_seconds === null) return null
  const isEarly = duration_seconds < time_limit_seconds - CLOCK_SLACK
  return isEarly ? { kind: 'completed', seconds: duration_seconds } : { kind: 'held' }
}

/** Seconds. The measured time is 0.7 s short, and limits are cut to whole seconds. */
const CLOCK_SLACK = 2

function isSide(team: 0 | 1 | 2 | null): team is 1 | 2 {
  return team === 1 || team === 2
}

function other(side: 1 | 2): 1 | 2 {
  return side === 1 ? 2 : 1
}
