/** Teams are rosters, not sides: `A` and `B` swap sides every round. */
export type TeamName = 'A' | 'B'

/** A counted round, in the order of play. GUIDs by side; spectators belong to none. */
export interface SidedRound {
  roundId: number
  roundNumber: 1 | 2
  matchId: number | null
  axis: readonly string[]
  allies: readonly string[]
}

/** A stretch of the session with the same two rosters, and a score of its own. */
export interface Stretch {
  /** By round: which team was on Axis, the other on Allies; null: the line-ups do not tell. */
  axisTeam: Map<number, TeamName | null>
  /** In the order in which they joined: which team each played for, round by round. */
  appearances: Map<string, { roundId: number; team: TeamName }[]>
  /** The smallest part of a side that was known to be of its team; 1 where nobody came or went. */
  lowestShare: number
}

/**
 * Tells the two teams apart. The first round 1 with players on both sides seeds A (Axis) and B (Allies); each later
 * round's sides are matched to them by shared players, and newcomers join the side they play on. When under half of a
 * side was in its team before, or it might be either, the line-ups were reshuffled: the next stretch begins. Not in
 * the middle of a map: there the line-ups are unclear.
 */
export function assignTeams(rounds: readonly SidedRound[]): Stretch[] {
  const played = rounds.filter(({ axis, allies }) => axis.length > 0 && allies.length > 0)
  const seed = played.find(round => round.roundNumber === 1) ?? played[0]
  if (!seed) return []
  let stretch = newStretch(seed)
  const stretches = [stretch.result]
  let seedSeen = false
  const round1 = new Set<number | null>()
  for (const round of played) {
    seedSeen ||= round === seed
    const fit = fitOf(round, stretch.teamOf)
    const isSecondHalf = round.roundNumber === 2 && round.matchId !== null && round1.has(round.matchId)
    if (round.roundNumber === 1) round1.add(round.matchId)
    if (fit === null && seedSeen && !isSecondHalf) {
      stretch = newStretch(round)
      stretches.push(stretch.result)
      record(stretch, round, { axisTeam: seedTeam(round), share: 1 })
    } else record(stretch, round, fit)
  }
  return stretches
}

interface OpenStretch {
  result: Stretch
  /** Whom each played for last. */
  teamOf: Map<string, TeamName>
}

interface Fit {
  axisTeam: TeamName
  share: number
}

function newStretch(seed: SidedRound): OpenStretch {
  const axisTeam = seedTeam(seed)
  const teamOf = new Map<string, TeamName>()
  for (const guid of seed.axis) teamOf.set(guid, axisTeam)
  for (const guid of seed.allies) teamOf.set(guid, opponent(axisTeam))
  return { result: { axisTeam: new Map(), appearances: new Map(), lowestShare: 1 }, teamOf }
}

/** A round 2 seeds as its round 1 would have done, with sides swapped. */
function seedTeam(seed: SidedRound): TeamName {
  return seed.roundNumber === 1 ? 'A' : 'B'
}

/** Null: the sides do not tell which team is which. */
function fitOf(round: SidedRound, teamOf: ReadonlyMap<string, TeamName>): Fit | null {
  const known = (guids: readonly string[], team: TeamName) =>
    guids.filter(guid => teamOf.get(guid) === team).length
  const straight = known(round.axis, 'A') + known(round.allies, 'B')
  const crossed = known(round.axis, 'B') + known(round.allies, 'A')
  if (straight === crossed) return null
  const axisTeam = straight > crossed ? 'A' : 'B'
  const sizeOf = (team: TeamName) => [...teamOf.values()].filter(each => each === team).length
  // A team of two that grows to five is the same team: all of the smaller side are in the larger one.
  const share = (guids: readonly string[], team: TeamName) =>
    known(guids, team) / Math.max(1, Math.min(guids.length, sizeOf(team)))
  const smallest = Math.min(share(round.axis, axisTeam), share(round.allies, opponent(axisTeam)))
  return smallest < HALF ? null : { axisTeam, share: smallest }
}

const HALF = 0.5

function record({ result, teamOf }: OpenStretch, round: SidedRound, fit: Fit | null): void {
  result.axisTeam.set(round.roundId, fit?.axisTeam ?? null)
  if (!fit) return
  result.lowestShare = Math.min(result.lowestShare, fit.share)
  const sides = [
    [round.axis, fit.axisTeam],
    [round.allies, opponent(fit.axisTeam)],
  ] as const
  for (const [guids, team] of sides) {
    for (const guid of guids) {
      teamOf.set(guid, team)
      const appearances = result.appearances.get(guid) ?? []
      appearances.push({ roundId: round.roundId, team })
      result.appearances.set(guid, appearances)
    }
  }
}

export function opponent(team: TeamName): TeamName {
  return team === 'A' ? 'B' : 'A'
}
