import type { WeaponStatsTable } from '../../db/tables.ts'

/** A weapon's figures of one player in one round. */
export type RoundWeapon = Omit<WeaponStatsTable, 'accuracy'>

/**
 * The weapons of these rows of one player, by round and GUID in `usedIn`. Who was in a round with two of his GUIDs has
 * two rows of it, and his weapons once.
 */
export function usedInRounds(
  rows: readonly { round_id: number; player_guid: string }[],
  usedIn: ReadonlyMap<string, readonly RoundWeapon[]>,
): RoundWeapon[] {
  const keys = new Set(rows.map(row => `${row.round_id} ${row.player_guid}`))
  return [...keys].flatMap(key => usedIn.get(key) ?? [])
}
