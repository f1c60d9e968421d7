import type { TeamName } from './assign-teams.ts'
import type { Match } from './build-matches.ts'

/** Whom each player played for last, by GUID; who only stood by is not in it. */
export function teamsOfPlayers(matches: readonly Match[]): Map<string, TeamName> {
  const teams = new Map<string, TeamName>()
  for (const { stretch } of matches) {
    for (const [guid, played] of stretch.appearances) {
      const last = played.at(-1)
      if (last) teams.set(guid, last.team)
    }
  }
  return teams
}
