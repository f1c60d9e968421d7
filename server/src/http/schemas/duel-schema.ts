import { z } from 'zod'
import type { Duel, Rivals } from '../../report/duels.ts'

const namedSchema = z.object({ guid: z.string(), name: z.string() })

export const duelSchema = z.object({
  player: namedSchema,
  opponent: namedSchema,
  kills: z.number(),
  deaths: z.number(),
}) satisfies z.ZodType<Duel>

const rivalSchema = namedSchema.extend({ kills: z.number(), deaths: z.number() })

export const rivalsSchema = z.object({
  player: namedSchema,
  nemesis: rivalSchema.nullable().describe('Who killed him most'),
  victim: rivalSchema.nullable().describe('Whom he killed most'),
}) satisfies z.ZodType<Rivals>
