import { roundStatusSchema, sourceSchema, warningSchema } from '@debrief/shared'
import { z } from 'zod'
import type { RoundReport } from '../../report/round-report.ts'
import { mapResultSchema, roundWinnerSchema, sideSchema } from './map-result-schema.ts'
import { known, playerTotalsSchema, teamSchema } from './player-totals-schema.ts'

const sideReportSchema = z.object({ team: teamSchema.nullable(), players: z.array(playerTotalsSchema) })

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
  formatVariant: z.string(),
  sides: z.object({
    axis: sideReportSchema,
    allies: sideReportSchema,
    spectators: z.array(playerTotalsSchema),
  }),
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
  mapResult: mapResultSchema.nullable().describe('With a second round that counts'),
}) satisfies z.ZodType<RoundReport>
