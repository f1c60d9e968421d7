import { showValue } from '../figures.ts'
import { clock } from '../forms.ts'
import type { Unit } from '../metrics-table.ts'

/** Sums over a round, a map or a session of one player; null: no round knows it. */
export interface RecordSums {
  kills: number | null
  damage: number | null
  /** Of the rounds that know the time too. */
  timedDamage: number | null
  seconds: number | null
  shots: number
  accuracy: number | null
  headshotKills: number | null
  gibs: number | null
  revives: number | null
  spree: number
  multikills: number | null
}

interface RecordRule {
  id: string
  title: string
  /** What it is, with its floor. */
  rule: string
  unit: Unit
  value: (sums: RecordSums) => number | null
}

const LEAST_SECONDS = 180
const LEAST_SHOTS = 100

/** THE TABLE of the record book: a category is one row. */
export const RECORDS: readonly RecordRule[] = [
  { id: 'kills', title: 'Kills', rule: 'most kills', unit: 'count', value: sums => sums.kills },
  {
    ...{ id: 'damage', title: 'Damage', rule: 'most damage given', unit: 'hit points' },
    value: sums => sums.damage,
  },
  {
    ...{ id: 'dpm', title: 'Damage per minute', rule: 'of 3 minutes or more', unit: 'per minute' },
    value: ({ timedDamage, seconds }) =>
      timedDamage === null || seconds === null || seconds < LEAST_SECONDS
        ? null
        : (timedDamage / seconds) * 60,
  },
  {
    ...{ id: 'accuracy', title: 'Accuracy', rule: 'hits per shot, of 100 shots or more', unit: 'percent' },
    value: ({ shots, accuracy }) => (shots < LEAST_SHOTS ? null : accuracy),
  },
  {
    ...{ id: 'headshot_kills', title: 'Headshot kills', rule: 'most kills by a headshot', unit: 'count' },
    value: sums => sums.headshotKills,
  },
  { id: 'gibs', title: 'Gibs', rule: 'most gibs', unit: 'count', value: sums => sums.gibs },
  { id: 'revives', title: 'Revives', rule: 'most revives given', unit: 'count', value: sums => sums.revives },
  {
    ...{ id: 'spree', title: 'Killing spree', rule: 'most kills in one life', unit: 'count' },
    value: sums => sums.spree,
  },
  {
    ...{ id: 'multikills', title: 'Multikills', rule: 'two kills at a stroke, or more', unit: 'count' },
    value: sums => sums.multikills,
  },
]

/** The category of attack times; their values are negative seconds, so that the highest is the best. */
export const ATTACK = 'attack'
/** Shown of those who share a record. */
export const MOST_HOLDERS = 5

/** In the order in which they are shown; the attack last. */
export const RECORD_ORDER: readonly string[] = [...RECORDS.map(({ id }) => id), ATTACK]

interface RecordForm {
  title: string
  rule: string
  show: (value: number) => string
}

const FORMS: ReadonlyMap<string, RecordForm> = new Map([
  ...RECORDS.map(
    ({ id, title, rule, unit }) =>
      [id, { title, rule, show: (value: number) => showValue(unit, value) }] as const,
  ),
  [ATTACK, { title: 'Fastest attack', rule: 'of a line-up', show: clock }] as const,
])

/** How a record of a category is called and shown. */
export function recordForm(category: string): RecordForm {
  const form = FORMS.get(category)
  if (!form) throw new Error(`There is no record of the category ${category}.`)
  return form
}
