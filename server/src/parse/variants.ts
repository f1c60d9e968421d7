import { VALUE_COLUMNS } from './columns.ts'

/** The scripts that have written stats files, told apart by the header's length and a line's number of values. */
export type Variant = 'c0rnp0rn8' | 'c0rnp0rn7' | 'early-2025-37' | 'early-2025-36' | 'c0rnp0rn-2024'

interface VariantFacts {
  variant: Variant
  headerValues: 8 | 9
  /** What stands between the values, and between the weapons and the first value. */
  separator: '\t' | ' '
  /** Which of v0 to v37 a line holds, in their order. */
  indexes: readonly number[]
  /** Which of those are to be believed. */
  trusted: ReadonlySet<number>
}

const all = VALUE_COLUMNS.map(column => column.index)
const upTo = (count: number) => all.slice(0, count)
const written2024 = VALUE_COLUMNS.filter(column => column.in2024 !== 'absent').map(column => column.index)
const trusted2024 = VALUE_COLUMNS.filter(column => column.in2024 === 'yes').map(column => column.index)

export const VARIANTS: readonly VariantFacts[] = [
  { variant: 'c0rnp0rn8', headerValues: 9, separator: '\t', indexes: all, trusted: new Set(all) },
  { variant: 'c0rnp0rn7', headerValues: 8, separator: '\t', indexes: all, trusted: new Set(all) },
  {
    variant: 'early-2025-37',
    headerValues: 8,
    separator: '\t',
    indexes: upTo(37),
    trusted: new Set(upTo(37)),
  },
  {
    variant: 'early-2025-36',
    headerValues: 8,
    separator: '\t',
    indexes: upTo(36),
    trusted: new Set(upTo(36)),
  },
  {
    variant: 'c0rnp0rn-2024',
    headerValues: 8,
    separator: ' ',
    indexes: written2024,
    trusted: new Set(trusted2024),
  },
]
