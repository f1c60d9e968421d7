import { CUMULATIVE_INDEXES, V } from '../parse/columns.ts'
import type { Header } from '../parse/header.ts'
import type { PlayerLine } from '../parse/player-line.ts'

/**
 * - `carried`: the later line counts on from the earlier one; subtract.
 * - `fresh`: it began anew; it stands as it is.
 * - `contradicted`: the engine says carried, but no round of this length can lie between the two.
 */
export type Carried = 'carried' | 'fresh' | 'contradicted'

/** A shot at a corpse is taken back, so shots alone may shrink by a few. */
const SHOTS_MAY_SHRINK = 5
/**
 * Minutes. Both ends are rounded to 0.1, a line may be 5 s old, and the measured play time is 0.7 s short of the
 * level's clock.
 */
const TIME_TOLERANCE = 0.2

/** Whether `later`'s counters go on from `earlier`'s: a question per player, answered by evidence. */
export function carried(later: PlayerLine, earlier: PlayerLine, header: Header): Carried {
  if (later.rounds <= earlier.rounds) return 'fresh'
  if (someCounterShrank(later, earlier)) return 'fresh'
  const from = earlier.values[V.minutesOnTeam] ?? null
  const to = later.values[V.minutesOnTeam] ?? null
  const longest = longestMinutes(header)
  if (from === null || to === null) return 'carried'
  // Who reconnects before the round begins anew with a grown count of rounds, and may do better everywhere. But
  // nobody fights without time.
  if (to === from && someCounterGrew(later, earlier)) return 'fresh'
  return longest === null || to - from <= longest ? 'carried' : 'contradicted'
}

/** The longest that a player can have been on a team in this round, in minutes; null where the file does not tell. */
export function longestMinutes(header: Header): number | null {
  if (header.aborted) return null
  if (header.durationMs !== null) return header.durationMs / 60_000 + TIME_TOLERANCE
  return header.timeLimit > 0 ? header.timeLimit / 60 + TIME_TOLERANCE : null
}

function someCounterShrank(later: PlayerLine, earlier: PlayerLine): boolean {
  for (const index of CUMULATIVE_INDEXES) {
    const before = earlier.values[index]
    const after = later.values[index]
    if (before == null || after == null) continue
    const slack = index === V.bulletsFired ? SHOTS_MAY_SHRINK : 0
    if (after + slack < before) return true
  }
  for (const [weapon, before] of earlier.weapons) {
    const after = later.weapons.get(weapon)
    if (
      (after?.hits ?? 0) < before.hits ||
      (after?.shots ?? 0) + SHOTS_MAY_SHRINK < before.shots ||
      (after?.kills ?? 0) < before.kills ||
      (after?.deaths ?? 0) < before.deaths ||
      (after?.headshots ?? 0) < before.headshots
    ) {
      return true
    }
  }
  return false
}

function someCounterGrew(later: PlayerLine, earlier: PlayerLine): boolean {
  return CUMULATIVE_INDEXES.some(index => (later.values[index] ?? 0) > (earlier.values[index] ?? 0))
}
