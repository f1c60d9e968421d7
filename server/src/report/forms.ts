/** The fixed forms of figures, on which people and programs rely. Unknown is `-`, never 0. */

/** Seconds as `m:ss`; minutes are not folded into hours, but for sums of a day and more. */
export function clock(seconds: number | null): string {
  if (seconds === null) return '-'
  const whole = Math.round(seconds)
  // No evening is as long. Of a career nobody reads thousands of minutes.
  if (whole >= DAY_SECONDS) return `${Math.round(whole / 3600)} h`
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

const DAY_SECONDS = 86_400

/** Kills, deaths and gibs as `21/14/3`. */
export function killsDeathsGibs({ kills, deaths, gibs }: Scores): string {
  return `${kills}/${deaths}/${count(gibs)}`
}

/** K/D; the kills where there is no death. */
export function killsPerDeath({ kills, deaths }: { kills: number; deaths: number }): number {
  return deaths === 0 ? kills : kills / deaths
}

interface Scores {
  kills: number
  deaths: number
  gibs: number | null
}

/** Hit points as `850` or `4.2K`. */
export function hitPoints(points: number | null): string {
  if (points === null) return '-'
  return Math.abs(points) < 1000 ? String(points) : `${(points / 1000).toFixed(1)}K`
}

export function dpm(value: number | null): string {
  return `${value === null ? '-' : Math.round(value)} DPM`
}

export function ratio(value: number | null): string {
  return value === null ? '-' : value.toFixed(2)
}

export function percent(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)}%`
}

export function count(value: number | null): string {
  return value === null ? '-' : String(value)
}

/** `1 round`, `2 rounds`. */
export function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Multikills as `2×: 12, 3×: 4`; `none` where there were none. */
export function multikills(kills: Readonly<Record<string, number>>): string {
  const made = KINDS.flatMap((kind, index) =>
    (kills[kind] ?? 0) > 0 ? [`${index + 2}×: ${kills[kind]}`] : [],
  )
  return made.length === 0 ? 'none' : made.join(', ')
}

const KINDS = ['double', 'triple', 'quad', 'five', 'six']

/** `knife_kbar` as `knife kbar`. */
export function weaponLabel(name: string): string {
  return name.replaceAll('_', ' ')
}

/** Of the first three. */
export const MEDALS: readonly string[] = ['🥇', '🥈', '🥉']
