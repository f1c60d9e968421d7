import { type AwardUnit, awardFacts } from './award-labels.ts'
import { quote } from './numbers.ts'
import { Rejection } from './rejection.ts'

/** What an award was given for, as a number. */
export interface AwardValue {
  value: number
  unit: AwardUnit
  /** A second figure that stands beside it: `12.5 percent, 3.2 min`, `3 kills in 2.1s`. */
  beside: { value: number; unit: AwardUnit } | null
}

const NUMBER = String.raw`(\d{1,12}(?:\.\d{1,20})?)`
/** No figure of a map comes near this. */
const MAX_VALUE = 10_000_000

/** Every form in which the script writes a value; null: the label tells the unit. */
const SHAPES: readonly { form: RegExp; unit: AwardUnit | null; beside?: AwardUnit }[] = [
  { form: new RegExp(`^${NUMBER}$`), unit: null },
  { form: new RegExp(`^${NUMBER} seconds$`), unit: 'seconds' },
  { form: new RegExp(`^${NUMBER} percent$`), unit: 'percent' },
  { form: new RegExp(`^${NUMBER} percent, ${NUMBER} min$`), unit: 'percent', beside: 'minutes' },
  { form: new RegExp(`^${NUMBER} m$`), unit: 'metres' },
  { form: new RegExp(`^${NUMBER} kills in ${NUMBER}s$`), unit: 'kills', beside: 'seconds' },
  { form: new RegExp(`^[A-Za-z ]{1,60}ratio: ${NUMBER}x$`), unit: 'ratio' },
]

/** Reads an award's value. Throws a Rejection. */
export function parseAwardValue(text: string, label: string, line: number): AwardValue {
  for (const { form, unit, beside } of SHAPES) {
    const match = form.exec(text)
    if (!match) continue
    const [value, second] = match.slice(1).map(Number)
    if (value === undefined) continue
    if (Math.max(value, second ?? 0) > MAX_VALUE)
      throw new Rejection(
        'number_out_of_range',
        line,
        `The value of ${quote(label)} is impossibly large: ${quote(text)}.`,
      )
    return {
      value,
      unit: unit ?? awardFacts(label).unit,
      beside: beside !== undefined && second !== undefined ? { value: second, unit: beside } : null,
    }
  }
  throw new Rejection(
    'bad_number',
    line,
    `The value of ${quote(label)} is of no form that the script writes: ${quote(text)}.`,
  )
}
