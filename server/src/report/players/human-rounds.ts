import { groupBy } from '../group-by.ts'
import type { PlayerRow, SideRow } from '../session-rows.ts'

/** A row with the end of its round. */
export interface PlayedRow extends PlayerRow {
  ended_at: Date
}

/** People on each side without whom a round is no game: somebody who tries a map alone plays none. */
const PEOPLE_A_SIDE = 2

/** Bots are shown in their round, and in no player's figures. */
export function isHuman(guid: string): boolean {
  return !guid.startsWith('OMNIBOT')
}

/**
 * THE RULE of what counts for players' figures, records, duels and ratings: the rounds with at least two people on
 * either side. `sides`: by main GUIDs, for somebody who came twice is one.
 */
export function gamesOf(sides: readonly SideRow[]): Set<number> {
  const people = sides.filter(row => isHuman(row.player_guid))
  const games = [...groupBy(people, row => row.round_id)].filter(([, rows]) =>
    [1, 2].every(side => {
      const there = rows.filter(({ team }) => team === side).map(({ player_guid }) => player_guid)
      return new Set(there).size >= PEOPLE_A_SIDE
    }),
  )
  return new Set(games.map(([round]) => round))
}
