import type { TeamName } from '../report/assign-teams.ts'
import type { MapResult } from '../report/build-matches.ts'
import { clock } from '../report/forms.ts'
import { escapeMap } from './escape-markdown.ts'

/** `🟢 supply: A 5:48 / B 7:12`: both attacks, and why a map does not count. */
export function mapLine(result: MapResult): string {
  const line = `${result.score === null ? '⚪' : '🟢'} ${escapeMap(result.map)}: A ${attack(result, 'A')} / B ${attack(result, 'B')}`
  if (result.score === null) return `${line} · not counted: ${result.reason ?? 'unclear'}`
  return `${line} · ${result.score.A} - ${result.score.B}`
}

function attack({ attacks }: Pick<MapResult, 'attacks'>, team: TeamName): string {
  const own = attacks[team]
  if (own === null || own.kind === 'unknown') return '–'
  if (own.kind === 'held') return 'full hold'
  return own.seconds === null ? '–' : clock(own.seconds)
}

/** `🏆 A 6 - 2 B`, `🤝 tie · A 4 - 4 B`. */
export function matchLine({
  score,
  winner,
}: {
  score: Record<TeamName, number>
  winner: TeamName | 'tie' | null
}): string {
  if (winner === null) return '⚪ No map counts'
  return winner === 'tie' ? `🤝 tie · A ${score.A} - ${score.B} B` : `🏆 A ${score.A} - ${score.B} B`
}
