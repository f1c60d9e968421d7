import type { TeamName } from '../report/assign-teams.ts'
import { attackText } from '../report/attack-text.ts'
import type { MapResult } from '../report/build-matches.ts'
import { escapeMap } from './escape-markdown.ts'

/** `🟢 supply: A 5:48 / B 7:12`: both attacks, and why a map does not count. */
export function mapLine(result: MapResult): string {
  const line = `${result.score === null ? '⚪' : '🟢'} ${escapeMap(result.map)}: A ${attackText(result, 'A')} / B ${attackText(result, 'B')}`
  if (result.score === null) return `${line} · not counted: ${result.reason ?? 'unclear'}`
  return `${line} · ${result.score.A} - ${result.score.B}`
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
