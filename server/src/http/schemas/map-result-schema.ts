import { z } from 'zod'
import type { MapResult } from '../../report/build-matches.ts'
import { known, teamSchema } from './player-totals-schema.ts'

export const scoreSchema = z.object({ A: z.number(), B: z.number() })
export const winnerSchema = z.enum(['A', 'B', 'tie']).nullable()
export const sideSchema = z.enum(['axis', 'allies'])
export const roundWinnerSchema = z.enum(['axis', 'allies', 'draw']).nullable()

export const outcomeSchema = z
  .enum(['completed', 'held', 'surrendered', 'broken_off'])
  .nullable()
  .describe('`null`: nothing in the file tells')

const attackSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('completed'), seconds: known }),
    z.object({ kind: z.literal('held') }),
    z.object({ kind: z.literal('surrendered'), seconds: known }).describe('Given up: it counts as held'),
    z.object({ kind: z.literal('unknown') }),
  ])
  .nullable()

/** One map of a session: its two rounds, both attacks, and what it counts. */
export const mapResultSchema = z.object({
  map: z.string(),
  rounds: z.array(
    z.object({
      roundId: z.number(),
      roundNumber: z.union([z.literal(1), z.literal(2)]),
      endedAt: z.string(),
      durationSeconds: known,
      outcome: outcomeSchema,
      axisTeam: teamSchema.nullable(),
      defender: z.nullable(sideSchema),
      winner: roundWinnerSchema,
    }),
  ),
  score: scoreSchema.nullable().describe('`null`: not counted, see `reason`'),
  winner: winnerSchema,
  reason: z.string().nullable(),
  attacks: z.object({ A: attackSchema, B: attackSchema }),
}) satisfies z.ZodType<MapResult>
