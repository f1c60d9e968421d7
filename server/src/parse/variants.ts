import { V, VALUE_COLUMNS } from './columns.ts'

/** The scripts that have written stats files. */
export type Variant =
  | 'c0rnp0rn8'
  | 'c0rnp0rn7'
  | 'early-2025-37'
  | 'early-2025-36'
  | 'early-2024-33'
  | 'c0rnp0rn-2024'

/** What one script writes, and what of that is to be believed: all that the rest of the code may ask of a variant. */
export interface VariantFacts {
  variant: Variant
  /** 9 since the script measures the play time. */
  headerValues: 8 | 9
  /** What stands between the values, and between the weapons and the first value. */
  separator: '\t' | ' '
  /** Which of v0 to v37 a line holds, in their order. */
  written: readonly number[]
  /** Written, and wrong; what it should say is made from what is right (bullets fired, time dead). */
  wrong: ReadonlySet<number>
  /** The value that tells how long somebody was on a team. */
  timeValue: typeof V.minutesOnTeam | typeof V.damagePerMinute
  /**
   * Values that go on moving after the round: the script that writes each round 2 again at the map change counts them
   * on in between. Two files that differ in nothing else are one round.
   */
  moving: ReadonlySet<number>
}

const ALL = VALUE_COLUMNS.map(column => column.index)
const without = (...absent: number[]) => ALL.filter(index => !absent.includes(index))
/** Summed again at every snapshot, every 5 s: 20 to 100 times too high. */
const BULLETS = V.bulletsFired
/** The running death is added again at every snapshot: two to five times too high. */
const DEAD = [V.deadPercent, V.minutesDead]
const NOTHING: ReadonlySet<number> = new Set()

/** Told apart by the length of the header and of a line. Confirmed on files of a production server, 2024 to 2025. */
export const VARIANTS: readonly VariantFacts[] = [
  {
    ...{ variant: 'c0rnp0rn8', headerValues: 9, separator: '\t', timeValue: V.minutesOnTeam },
    ...{ written: ALL, wrong: NOTHING, moving: NOTHING },
  },
  {
    ...{ variant: 'c0rnp0rn7', headerValues: 8, separator: '\t', timeValue: V.minutesOnTeam },
    ...{ written: ALL, wrong: new Set(DEAD), moving: NOTHING },
  },
  {
    ...{ variant: 'early-2025-37', headerValues: 8, separator: '\t', timeValue: V.minutesOnTeam },
    ...{ written: without(37), wrong: new Set([BULLETS, ...DEAD]), moving: NOTHING },
  },
  {
    ...{ variant: 'early-2025-36', headerValues: 8, separator: '\t', timeValue: V.minutesOnTeam },
    ...{ written: without(36, 37), wrong: new Set([BULLETS, ...DEAD]), moving: NOTHING },
  },
  {
    ...{ variant: 'early-2024-33', headerValues: 8, separator: '\t', timeValue: V.minutesOnTeam },
    ...{ written: without(28, 34, 35, 36, 37), wrong: new Set([BULLETS, ...DEAD]), moving: NOTHING },
  },
  {
    // The upstream script: no minutes on a team, but damage and damage per minute tell them.
    ...{ variant: 'c0rnp0rn-2024', headerValues: 8, separator: ' ', timeValue: V.damagePerMinute },
    ...{ written: without(22, 28, 34, 35, 36, 37), wrong: new Set([BULLETS, ...DEAD]) },
    moving: new Set([V.alivePercent, BULLETS, V.damagePerMinute, V.tank, ...DEAD]),
  },
]

const BY_NAME = new Map(VARIANTS.map(facts => [facts.variant, facts]))

export function variantFacts(variant: Variant): VariantFacts {
  const facts = BY_NAME.get(variant)
  if (!facts) throw new Error(`There is no variant ${variant} in the table of variants.`)
  return facts
}
