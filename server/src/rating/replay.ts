import { ordinal, rate, rating } from 'openskill'
import type { Rated, RatedMap } from './rated-map.ts'

/** One player's rating: `mu` is the guess, `sigma` how unsure it is; both in points of the library. */
export interface PlayerRating {
  mu: number
  sigma: number
  /** Rated maps. */
  maps: number
  /** The end of the last of them, in milliseconds. */
  lastAt: number
}

/** By the GUID of the player. */
export type Ratings = Map<string, PlayerRating>

/**
 * Names the arithmetic: where the library or a rule of ours changes, old results are rated anew. The library of this
 * version takes weights and makes no use of them yet; one that does is another version.
 */
export const RATING_RULES = 'openskill 5.0.1, plackett-luce'

/** What somebody who has played no rated map is taken for. */
export const START_RATING: Readonly<{ mu: number; sigma: number }> = rating()

/**
 * Rates `maps` one after the other, upon `ratings`, which is changed. `playerOf`: the player whose GUID this is, for
 * people who have several.
 */
export function replay(
  ratings: Ratings,
  maps: readonly RatedMap[],
  playerOf: (guid: string) => string = guid => guid,
): void {
  for (const { endedAt, result } of maps) {
    const [winner, ...rosters] = result
    const [teamA, teamB] = onePerPlayer(rosters, playerOf)
    if (teamA.length === 0 || teamB.length === 0) continue
    const before = (team: readonly Rated[]) => team.map(([player]) => ratings.get(player) ?? START_RATING)
    const after = rate([before(teamA).map(bare), before(teamB).map(bare)], {
      rank: winner === 'tie' ? [1, 1] : winner === 'A' ? [1, 2] : [2, 1],
      weight: [teamA, teamB].map(team => team.map(([, rounds]) => rounds)),
    })
    for (const [side, team] of [teamA, teamB].entries()) {
      for (const [place, [player]] of team.entries()) {
        const { mu, sigma } = after[side]?.[place] ?? START_RATING
        const maps = (ratings.get(player)?.maps ?? 0) + 1
        ratings.set(player, { mu, sigma, maps, lastAt: endedAt.getTime() })
      }
    }
  }
}

/** `mu - 3 sigma`: what a player is at least, as sure as can be. */
export function shownRating({ mu, sigma }: { mu: number; sigma: number }): number {
  return ordinal({ mu, sigma })
}

function bare({ mu, sigma }: { mu: number; sigma: number }) {
  return { mu, sigma }
}

/** Somebody with two GUIDs in one map plays once: with both his rounds, and where he played more of them. */
function onePerPlayer(
  [teamA, teamB]: readonly [readonly Rated[], readonly Rated[]],
  playerOf: (guid: string) => string,
): [Rated[], Rated[]] {
  const [a, b] = [merged(teamA, playerOf), merged(teamB, playerOf)]
  for (const [player, rounds] of a) {
    const other = b.get(player)
    if (other === undefined) continue
    if (other > rounds) a.delete(player)
    else b.delete(player)
  }
  const inOrder = (team: Map<string, number>) => [...team].sort(([x], [y]) => (x < y ? -1 : 1))
  return [inOrder(a), inOrder(b)]
}

function merged(team: readonly Rated[], playerOf: (guid: string) => string): Map<string, number> {
  const rounds = new Map<string, number>()
  for (const [guid, played] of team) {
    rounds.set(playerOf(guid), (rounds.get(playerOf(guid)) ?? 0) + played)
  }
  return rounds
}
