import type { TeamName } from '../../../report/assign-teams.ts'

interface Score {
  A: number
  B: number
  winner: TeamName | 'tie' | null
}

/** `A 12 – 6 B`; a score of each match where the teams were reshuffled. */
export function scoreText(scores: readonly Score[]): string {
  const counted = scores.filter(({ winner }) => winner !== null)
  if (counted.length === 0) return 'no map counts'
  return counted.map(({ A, B }) => `A ${A} – ${B} B`).join(', ')
}
