import type { PlayerLine, WeaponCell } from '../parse/player-line.ts'

/** This round's own cells of each weapon, by weapon index: what stands in the line less what stood in the earlier one. */
export function weaponDifference(line: PlayerLine, earlier: PlayerLine | null): [number, WeaponCell][] {
  return [...line.weapons].map(([index, cell]) => [index, subtract(cell, earlier?.weapons.get(index))])
}

function subtract(cell: WeaponCell, before: WeaponCell | undefined): WeaponCell {
  if (!before) return cell
  return {
    hits: cell.hits - before.hits,
    // A shot at a corpse is taken back; nobody fires less than nothing.
    shots: Math.max(cell.shots - before.shots, 0),
    kills: cell.kills - before.kills,
    deaths: cell.deaths - before.deaths,
    headshots: cell.headshots - before.headshots,
  }
}

/** Whether anything was done with, or suffered by, the weapon in this round. */
export function isUsed([, cell]: [number, WeaponCell]): boolean {
  return cell.hits !== 0 || cell.shots !== 0 || cell.kills !== 0 || cell.deaths !== 0 || cell.headshots !== 0
}
