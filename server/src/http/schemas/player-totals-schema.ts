import { z } from 'zod'
import { type Figures, METRIC_ROWS, type Metric, type MetricKey } from '../../report/metrics-table.ts'
import type { PlayerTotals, WeaponTotals } from '../../report/player-totals.ts'

/** Null is unknown: older scripts do not write every figure. */
export const known = z.number().nullable()

export const teamSchema = z.enum(['A', 'B'])

const weaponTotalsSchema = z.object({
  name: z.string(),
  kills: z.number(),
  deaths: z.number().describe('By this weapon'),
  shots: z.number(),
  hits: z.number(),
  headshots: z.number(),
  accuracy: known.describe('Percent'),
  headshotPercent: known,
}) satisfies z.ZodType<WeaponTotals>

/** A schema for each row of the table of metrics. */
const figures = Object.fromEntries(METRIC_ROWS.map(metric => [metric.key, figureSchema(metric)])) as {
  [Key in keyof Figures]: z.ZodType<Figures[Key]>
}

function figureSchema({ adds, always, note }: Metric): z.ZodType {
  const value =
    adds.kind === 'kinds'
      ? z.object(Object.fromEntries(Object.keys(adds.columns).map(kind => [kind, z.number()]))).nullable()
      : always
        ? z.number()
        : known
  return note === undefined ? value : value.describe(note)
}

/** Of some figures. */
export function figureSchemas<Key extends MetricKey>(keys: readonly Key[]): Pick<typeof figures, Key> {
  return Object.fromEntries(keys.map(key => [key, figures[key]])) as Pick<typeof figures, Key>
}

/** One player's figures over a session, or in one round. */
export const playerTotalsSchema = z.object({
  guid: z.string(),
  name: z.string().describe('The newest name, without colours'),
  colouredName: z.string().describe('The same with its `^c` colour codes'),
  isBot: z.boolean(),
  team: teamSchema.nullable().describe('Whom the player played for last'),
  rounds: z.number(),
  ...figures,
  weapons: z.array(weaponTotalsSchema),
}) satisfies z.ZodType<PlayerTotals>
