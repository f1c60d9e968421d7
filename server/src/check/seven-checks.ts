import { CHECK_CODES, type CheckCode, type Warning } from '@debrief/shared'
import { V } from '../parse/columns.ts'
import type { RoundFile } from '../parse/round-file.ts'
import type { RawLine } from './count-raw.ts'
import { type ExpectedRound, sumLine } from './expect-round.ts'
import type { HeldRound } from './held-round.ts'

/** A check that is off by more than this warns; the round is saved all the same. */
const TOLERANCE = 5

/** Checks 1 to 4: what the raw bytes say against what the database holds. */
export function checkAgainstFile(expected: ExpectedRound, held: HeldRound): Warning[] {
  return [
    check('player_count', 'players', expected.players, held.players),
    check('weapon_row_count', 'weapon rows', expected.weapons, held.weapons),
    check('total_kills', 'kills', expected.kills, held.kills),
    check('total_deaths', 'deaths', expected.deaths, held.deaths),
  ].filter(warning => warning !== null)
}

/**
 * Checks 5 and 6. Each kill is somebody's death, and damage dealt is damage received. They are off when a player left
 * (no line, or an old one), or when the file was cut at a line end.
 */
export function checkBalance(held: HeldRound): Warning[] {
  const kills = check('kills_deaths_balance', 'deaths to as many kills', held.kills, held.deaths)
  const damage =
    held.damageGiven === null || held.damageReceived === null
      ? null
      : check('damage_balance', 'damage received for the damage dealt', held.damageGiven, held.damageReceived)
  return [kills, damage].filter(warning => warning !== null)
}

/**
 * Check 7: what the file states twice. Bullets fired (v20) against the sum of all shots; K/D (v26) against kills and
 * deaths, as the kills that it means. The raw file is asked, because a difference of ratios states nothing.
 */
export function checkStatedTwice(file: RoundFile, lines: readonly RawLine[]): Warning[] {
  const raw = new Map(lines.map(line => [line.line, sumLine(line)]))
  let [shots, bullets, offKills] = [0, 0, { expected: 0, actual: 0 }]
  for (const player of file.players) {
    const counted = raw.get(player.line) ?? { shots: 0, kills: 0, deaths: 0 }
    const stated = player.values[V.bulletsFired] ?? null
    if (stated !== null) {
      shots += counted.shots
      // Absolute, so that one player's surplus cannot hide another's lack.
      bullets += counted.shots + Math.abs(stated - counted.shots)
    }
    const ratio = player.values[V.killDeathRatio] ?? null
    if (ratio === null) continue
    const meant = nearestKills(ratio, counted.kills, counted.deaths)
    if (Math.abs(meant - counted.kills) > Math.abs(offKills.actual - offKills.expected)) {
      offKills = { expected: counted.kills, actual: meant }
    }
  }
  return [
    check('weapon_totals', 'bullets fired for the sum of all shots', shots, bullets),
    check('weapon_totals', 'kills by the stated K/D of a player', offKills.expected, offKills.actual),
  ].filter(warning => warning !== null)
}

/** The number of kills nearest to `kills` that a K/D printed with one decimal can mean. */
function nearestKills(ratio: number, kills: number, deaths: number): number {
  const divisor = Math.max(deaths, 1)
  const low = Math.ceil((ratio - 0.051) * divisor)
  const high = Math.floor((ratio + 0.051) * divisor)
  if (low > high) return Math.round(ratio * divisor)
  return Math.min(Math.max(kills, low), high)
}

function check(code: CheckCode, what: string, expected: number, actual: number): Warning | null {
  if (Math.abs(expected - actual) <= TOLERANCE) return null
  const { number } = CHECK_CODES[code]
  return {
    code,
    check: number,
    expected,
    actual,
    message: `Check ${number}: expected ${expected} ${what}, found ${actual}.`,
  }
}
