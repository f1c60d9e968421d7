import type { Stretch, TeamName } from './assign-teams.ts'

export interface LineUpMember {
  guid: string
  name: string
  /** Rounds played for this team. */
  rounds: number
  /** Who came late, left, or changed sides, and on which map; null: was there throughout. */
  note: string | null
}

export interface Certainty {
  level: 'sure' | 'likely' | 'unclear'
  /** How the teams were told apart, and how sure that is: a sentence. */
  text: string
}

/** Both rosters as played, those with the most rounds first. `mapOf`: the map of each round. */
export function lineUps(
  { axisTeam, appearances }: Stretch,
  names: ReadonlyMap<string, string>,
  mapOf: ReadonlyMap<number, string>,
): Record<TeamName, LineUpMember[]> {
  const order = [...axisTeam].filter(([, team]) => team !== null).map(([roundId]) => roundId)
  const rosters: Record<TeamName, LineUpMember[]> = { A: [], B: [] }
  for (const [guid, played] of appearances) {
    for (const team of ['A', 'B'] as const) {
      const own = played.filter(each => each.team === team)
      if (own.length === 0) continue
      const note = notes(played, team, order, mapOf)
      rosters[team].push({ guid, name: names.get(guid) ?? guid, rounds: own.length, note })
    }
  }
  for (const team of ['A', 'B'] as const) rosters[team].sort((a, b) => b.rounds - a.rounds)
  return rosters
}

function notes(
  played: readonly { roundId: number; team: TeamName }[],
  team: TeamName,
  order: readonly number[],
  mapOf: ReadonlyMap<number, string>,
): string | null {
  const first = played[0]
  const last = played.at(-1)
  const told: string[] = []
  const on = (roundId: number | undefined) => mapOf.get(roundId ?? 0) ?? '?'
  if (first?.team === team && first.roundId !== order[0]) told.push(`joined on ${on(first.roundId)}`)
  const changed = played.find(
    (each, index) => each.team === team && (played[index - 1]?.team ?? team) !== team,
  )
  if (changed) told.push(`changed sides on ${on(changed.roundId)}`)
  if (last?.team === team && last.roundId !== order.at(-1)) told.push(`left after ${on(last.roundId)}`)
  if (last && last.team !== team) told.push(`went to ${last.team}`)
  return told.length === 0 ? null : told.join(', ')
}

/** The rule is in `assignTeams`; this says how well it worked. */
export function certainty({ axisTeam, lowestShare }: Stretch): Certainty {
  const unclear = [...axisTeam.values()].filter(team => team === null).length
  const rounds = axisTeam.size - unclear
  if (rounds === 0) return { level: 'unclear', text: 'No round had players on both sides.' }
  const share = Math.floor(100 * lowestShare)
  const rule =
    rounds === 1
      ? 'Told apart by the sides of the one round that was played.'
      : `Teams are told apart by shared players across the side swaps: in ${rounds} rounds at least ${share}% of each side had played for its team before.`
  if (unclear > 0) {
    const those = unclear === 1 ? '1 round' : `${unclear} rounds`
    return { level: 'unclear', text: `${rule} In ${those} the line-ups do not tell the teams apart.` }
  }
  return { level: lowestShare >= SURE ? 'sure' : 'likely', text: rule }
}

/** Two of three, or more: a side that keeps that much cannot be taken for the other. */
const SURE = 0.66
