import { z } from 'zod'
import { METRIC_ROWS } from '../../report/metrics-table.ts'
import { figureSchemas, known } from './player-totals-schema.ts'

const shown = {
  guid: z.string(),
  name: z.string().describe('The newest name, or the one that he set'),
  colouredName: z.string(),
}
const shownPlayerSchema = z.object(shown)
const allFigures = figureSchemas(METRIC_ROWS.map(({ key }) => key))

export const listedPlayerSchema = z.object({
  ...shown,
  ...{
    rounds: z.number(),
    kd: z.number(),
    dpm: known,
    accuracy: known,
    revives: known,
    lastSeen: z.string(),
  },
})

export const periodSchema = z
  .string()
  .describe('What it was read as: `session`, `30d`, a quarter such as `2026-Q2`, or `all`')

export const boardSchema = z.object({
  by: z.string(),
  period: periodSchema,
  title: z.string(),
  rule: z.string(),
  bar: z.string().nullable().describe('Who is on it; `null`: everybody'),
  belowBar: z.number().describe('Who played, and does not reach the bar'),
  entries: z.array(
    z.object({ rank: z.number(), ...shown, value: z.number(), figure: z.string(), rounds: z.number() }),
  ),
})

export const recordSchema = z.object({
  scope: z.enum(['round', 'map', 'session']).describe('Of a round, of both rounds of a map, of an evening'),
  category: z.string(),
  title: z.string(),
  rule: z.string(),
  value: z.number(),
  figure: z.string(),
  holders: z.array(
    z.object({
      players: z.array(shownPlayerSchema),
      ...{ roundId: z.number(), session: z.number(), map: z.string(), endedAt: z.string() },
    }),
  ),
})

const side = {
  ...{
    rounds: z.number(),
    won: z.number(),
    kills: z.number(),
    deaths: z.number(),
    kd: z.number(),
    dpm: known,
  },
}
const mapFigures = {
  ...{ maps: z.number(), mapsWon: z.number(), ...side },
  ...{ attack: z.object(side), defence: z.object(side) },
}

const periodFiguresSchema = z.object({
  ...{ rounds: z.number(), maps: z.number(), mapsWon: z.number() },
  ...{ firstSeen: z.string(), lastSeen: z.string() },
  ...allFigures,
})

const rivalSchema = z.object({ ...shown, kills: z.number(), deaths: z.number(), rounds: z.number() })

export const playerSchema = z.object({
  ...shown,
  guids: z.array(z.string()).describe('The joined ones too'),
  names: z.array(
    z.object({ name: z.string(), colouredName: z.string(), first: z.string(), last: z.string() }),
  ),
  periods: z.record(z.string(), periodFiguresSchema.nullable()).describe('`null`: he did not play'),
  baseline: z.array(
    z.object({
      ...{ key: z.string(), label: z.string(), latest: known, usual: z.number(), spread: z.number() },
      mark: z.enum(['up', 'down']).nullable().describe('Only beyond his usual spread'),
    }),
  ),
  sessions: z.array(
    z.object({
      ...{ session: z.number(), server: z.string(), date: z.string(), endedAt: z.string() },
      ...{ rounds: z.number(), maps: z.number(), mapsWon: z.number() },
      figures: z.object(allFigures),
    }),
  ),
  weapons: z.array(
    z.object({
      ...{ name: z.string(), kills: z.number(), deaths: z.number(), shots: z.number(), hits: z.number() },
      ...{ headshots: z.number(), accuracy: known, headshotPercent: known },
    }),
  ),
  maps: z.array(z.object({ map: z.string(), ...mapFigures })),
  sides: z.object({ attack: z.object(side), defence: z.object(side) }),
  awards: z.array(z.object({ id: z.string(), emoji: z.string(), title: z.string(), times: z.number() })),
  roundAwards: z
    .array(z.object({ award: z.string(), isHonour: z.boolean(), times: z.number(), ofMaps: z.number() }))
    .describe('Of single rounds, from files of awards; `ofMaps`: of these, for a whole map'),
  records: z.array(
    z.object({
      ...{ scope: z.string(), category: z.string(), title: z.string(), map: z.string().nullable() },
      ...{ value: z.number(), figure: z.string(), roundId: z.number() },
    }),
  ),
  rivals: z.array(rivalSchema).describe('Those he met most, from the files of awards'),
})

const mapSummary = {
  map: z.string(),
  times: z.number().describe('Maps played: one or both of its rounds'),
  ...{ attacks: z.number(), completed: z.number(), held: z.number(), surrendered: z.number() },
  ...{ unknown: z.number(), bestSeconds: known, medianSeconds: known },
  ...{ axisWins: z.number(), alliesWins: z.number(), lastPlayed: z.string() },
}
export const mapSummarySchema = z.object(mapSummary)
export const mapSchema = z.object({
  ...mapSummary,
  attackTimes: z.array(z.object({ seconds: z.number(), roundId: z.number(), endedAt: z.string() })),
  players: z.array(z.object({ ...shown, ...mapFigures })),
})

const meeting = z.object({ maps: z.number(), won: z.number(), drawn: z.number(), lost: z.number() })
export const compareSchema = z.object({
  a: shownPlayerSchema,
  b: shownPlayerSchema,
  figures: z.array(
    z.object({
      ...{ key: z.string(), label: z.string(), a: known, b: known },
      higher: z.enum(['a', 'b']).nullable(),
    }),
  ),
  together: meeting,
  against: meeting.describe('As the first of the two sees it'),
  duels: z.object({ kills: z.number(), deaths: z.number(), rounds: z.number() }).nullable(),
  byMap: z.array(z.object({ map: z.string(), together: z.number(), against: z.number(), won: z.number() })),
})
