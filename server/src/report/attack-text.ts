import type { TeamName } from './assign-teams.ts'
import type { MapResult } from './build-matches.ts'
import { clock } from './forms.ts'

/** How long a team's attack took, `full hold`, `🏳️ 9:54` where it was given up (it counts as held), or `–`. */
export function attackText({ attacks }: Pick<MapResult, 'attacks'>, team: TeamName): string {
  const own = attacks[team]
  switch (own?.kind) {
    case 'completed':
      return own.seconds === null ? UNKNOWN : clock(own.seconds)
    case 'surrendered':
      return own.seconds === null ? '🏳️' : `🏳️ ${clock(own.seconds)}`
    case 'held':
      return 'full hold'
    case 'unknown':
    case undefined:
      return UNKNOWN
  }
}

const UNKNOWN = '–'
