/** The scripts that have written stats files. */
export type ScriptName = keyof typeof SCRIPTS

export interface Script {
  headerValues: 8 | 9
  /** What stands between the values. */
  separator: '\t' | ' '
  /** Which of v0 to v37 a line holds, in their order. */
  values: readonly number[]
  /** v20 is the sum of all shots; else they are summed again at every snapshot. */
  countsBulletsOnce: boolean
  /** v24 and v25 are right; else a running death is added at every snapshot. */
  countsDeathsOnce: boolean
  /** Decimals of v25. */
  deadDecimals: 1 | 2
  /** Header #7 of a round 2 that was held is 0:00. */
  forgetsHeldTarget: boolean
  /** v28 is sometimes the server's clock. */
  deniesByClock: boolean
  /** v21 is a figure; else 0.0. */
  writesDamagePerMinute: boolean
  /** Every round 2 comes again at the map change, and a map left in warm-up leaves a header. */
  writesAtMapChange: boolean
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const without = (values: readonly number[], ...absent: number[]) => values.filter(v => !absent.includes(v))

const CURRENT: Script = {
  headerValues: 9,
  separator: '\t',
  values: upTo(38),
  countsBulletsOnce: true,
  countsDeathsOnce: true,
  deadDecimals: 1,
  forgetsHeldTarget: false,
  deniesByClock: false,
  writesDamagePerMinute: false,
  writesAtMapChange: false,
}
const EIGHT: Script = { ...CURRENT, headerValues: 8, countsDeathsOnce: false }

export const SCRIPTS = {
  c0rnp0rn8: CURRENT,
  c0rnp0rn7: EIGHT,
  'values-37': { ...EIGHT, values: upTo(37), countsBulletsOnce: false },
  'values-36': {
    ...EIGHT,
    values: upTo(36),
    countsBulletsOnce: false,
    forgetsHeldTarget: true,
    deniesByClock: true,
  },
  'values-33': { ...EIGHT, values: without(upTo(34), 28), countsBulletsOnce: false },
  c0rnp0rn: {
    ...EIGHT,
    separator: ' ',
    values: without(upTo(34), 22, 28),
    countsBulletsOnce: false,
    deadDecimals: 2,
    writesDamagePerMinute: true,
    writesAtMapChange: true,
  },
} as const satisfies Record<string, Script>

export const SCRIPT_NAMES = Object.keys(SCRIPTS) as ScriptName[]
