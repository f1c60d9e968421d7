import type { WeaponStatsTable } from '../../db/tables.ts'

/** A weapon's figures of one player in one round. */
export type RoundWeapon = Omit<WeaponStatsTable, 'accuracy'>
