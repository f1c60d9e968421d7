import { roundStatusSchema, sourceSchema, warningSchema } from '@debrief/shared'
import { z } from 'zod'
import { TOGETHER } from '../../report/both-rounds.ts'
import type { RoundReport } from '../../report/round-report.ts'
import { duelSchema } from './duel-schema.ts'
import { mapResultSchema, outcomeSchema, roundWinnerSchema, sideSchema } from './map-result-schema.ts'
import { figureSchemas, known, playerTotalsSchema, teamSchema } from './player-totals-schema.ts'

const sideReportSchema = z.object({ team: teamSchema.nullable(), players: z.array(playerTotalsSchema) })

const countsOnSchema = z.object({
  kind: z.enum(['counts_on', 'began_anew']),
  round: z
    .object({ roundId: z.number(), map: z.string(), roundNumber: z.union([z.literal(1), z.literal(2)]) })
    .nullable(),
  players: z.number().describe('Whose lines show it'),
  of: z.number().describe('How many could'),
  baseSeconds: known,
  ownSeconds: known,
  statedSeconds: known,
  text: z.string(),
})

const togetherSchema = z.array(
  playerTotalsSchema
    .pick({ guid: true, name: true, colouredName: true, isBot: true })
    .extend({ team: z.null(), ...figureSchemas(TOGETHER) }),
)

const unitSchema = z.enum([
  ...(['count', 'HP', 'kills', 'per minute', 'HP/minute', 'ratio', 'percent', 'seconds'] as const),
  ...(['minutes', 'metres'] as const),
])

const endstatsSchema = z.object({
  awards: z.array(
    z.object({
      award: z.string(),
      player: z.object({
        guid: z.string().nullable().describe('Null: the name is nobody’s for certain'),
        name: z.string(),
      }),
      value: z.number(),
      unit: unitSchema,
      beside: z.object({ value: z.number(), unit: unitSchema }).nullable(),
      figure: z.string().describe('As it is shown'),
      scope: z.enum(['round', 'map']).describe('`map`: its counters go on from round 1'),
    }),
  ),
  duels: z.array(duelSchema).describe('Each in both directions'),
  openLines: z.number().describe('Lines of duels of which the file does not tell whose they are'),
})

/** One round: what its file says, what was made of it, and what the checks say. */
export const roundReportSchema = z.object({
  roundId: z.number(),
  session: z.number(),
  server: z.string(),
  timezone: z.string(),
  map: z.string(),
  roundNumber: z.union([z.literal(1), z.literal(2)]),
  status: roundStatusSchema,
  endedAt: z.string(),
  local: z.object({ date: z.string(), time: z.string() }).describe('The stamp in the file’s name'),
  hostName: z.string(),
  config: z.string().nullable(),
  defender: z.nullable(sideSchema),
  winner: roundWinnerSchema,
  timeLimitSeconds: known.describe('Round 1: the map’s limit. Round 2: the time to beat'),
  durationSeconds: known,
  outcome: outcomeSchema,
  countsOn: countsOnSchema.nullable().describe('What the counters of its file go on from, with the evidence'),
  formatVariant: z.string(),
  rulesVersion: known.describe('Of the rules that made these figures'),
  sides: z.object({
    axis: sideReportSchema,
    allies: sideReportSchema,
    spectators: z.array(playerTotalsSchema),
  }),
  leftOut: z.array(warningSchema).describe('Players whose lines are not understood: they are in no figure'),
  missing: z
    .object({
      server: z.string(),
      map: z.string(),
      endedBefore: z.string(),
      timeToBeatSeconds: known,
      text: z.string(),
    })
    .nullable()
    .describe('Only of a round 2 that waits: the round 1 that is missed'),
  bothRoundsTogether: z
    .object({ axis: togetherSchema, allies: togetherSchema, spectators: togetherSchema })
    .nullable()
    .describe(
      'Only of a round 2 that waits: figures of round 1 AND round 2, as its file states them; not this round’s',
    ),
  file: z.object({
    name: z.string(),
    sha256: z.string(),
    bytes: z.number(),
    source: sourceSchema,
    receivedAt: z.string(),
    processedAt: z.string(),
    modifiedAt: z.string().nullable(),
  }),
  checks: z.array(z.object({ check: z.number(), title: z.string(), warnings: z.array(warningSchema) })),
  notices: z.array(warningSchema).describe('Warnings that are of no check'),
  endstats: endstatsSchema
    .nullable()
    .describe('What the game server’s script says of the round; null: no file of awards is here'),
  mapResult: mapResultSchema.nullable().describe('With a second round that counts'),
}) satisfies z.ZodType<RoundReport>
