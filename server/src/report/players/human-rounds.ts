import type { PlayerRow } from '../session-rows.ts'

/** A row with the end of its round. */
export interface PlayedRow extends PlayerRow {
  ended_at: Date
}

/** People on each side without whom a round is no game; `counted_human_stats` says the same of rows in the database. */
const PEOPLE_A_SIDE = 2

/** Bots are shown in their round, and in no player's figures. */
export function isHuman(guid: string): boolean {
  return !guid.startsWith('OMNIBOT')
}

/** The rows of people, of the rounds with at least two of them on either side: all that counts for players' figures. */
export function humanRows<Row extends PlayerRow>(rows: readonly Row[]): Row[] {
  const people = rows.filter(row => isHuman(row.player_guid))
  const sides = new Map<number, [axis: number, allies: number]>()
  for (const { round_id, team } of people) {
    const counts = sides.get(round_id) ?? [0, 0]
    if (team === 1) counts[0] += 1
    if (team === 2) counts[1] += 1
    sides.set(round_id, counts)
  }
  const isGame = (round: number) => (sides.get(round) ?? []).every(count => count >= PEOPLE_A_SIDE)
  return people.filter(row => isGame(row.round_id))
}
