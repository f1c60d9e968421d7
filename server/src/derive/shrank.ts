import { CUMULATIVE_INDEXES, V } from '../parse/columns.ts'
import type { PlayerLine, WeaponCell } from '../parse/player-line.ts'

/** A shot at a corpse is taken back, so shots may shrink by a few where nothing is shot any more. */
const SHOTS_MAY_SHRINK = 5
/** A stab at a corpse takes one back, and nobody stabs often: a knife's shots say nothing. */
const KNIFE = 0
const NONE: WeaponCell = { hits: 0, shots: 0, kills: 0, deaths: 0, headshots: 0 }

/** Whether a counter that only grows is lower than it was: then `later` does not count on from `earlier`. */
export function shrank(later: PlayerLine, earlier: PlayerLine): boolean {
  return valueShrank(later, earlier) || weaponShrank(later, earlier)
}

function valueShrank(later: PlayerLine, earlier: PlayerLine): boolean {
  return CUMULATIVE_INDEXES.some(index => {
    const before = earlier.values[index]
    const after = later.values[index]
    if (before == null || after == null) return false
    return after + (index === V.bulletsFired ? SHOTS_MAY_SHRINK : 0) < before
  })
}

function weaponShrank(later: PlayerLine, earlier: PlayerLine): boolean {
  for (const [weapon, before] of earlier.weapons) {
    const after = later.weapons.get(weapon) ?? NONE
    const shotsShrank = weapon !== KNIFE && after.shots + SHOTS_MAY_SHRINK < before.shots
    if (
      shotsShrank ||
      after.hits < before.hits ||
      after.kills < before.kills ||
      after.deaths < before.deaths ||
      after.headshots < before.headshots
    ) {
      return true
    }
  }
  return false
}

/** Whether any counter of fighting is higher than it was: nobody fights without time. */
export function grew(later: PlayerLine, earlier: PlayerLine): boolean {
  return CUMULATIVE_INDEXES.some(
    index => index !== V.minutesOnTeam && (later.values[index] ?? 0) > (earlier.values[index] ?? 0),
  )
}
