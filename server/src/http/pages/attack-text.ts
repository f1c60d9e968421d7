import type { TeamName } from '../../report/assign-teams.ts'
import type { MapResult } from '../../report/build-matches.ts'
import { clock } from '../../report/forms.ts'

/** How long a team's attack took, `full hold`, or `–` where nobody knows. */
export function attackText({ attacks }: Pick<MapResult, 'attacks'>, team: TeamName): string {
  const own = attacks[team]
  if (own === null || own.kind === 'unknown') return '–'
  if (own.kind === 'held') return 'full hold'
  return own.seconds === null ? '–' : clock(own.seconds)
}
