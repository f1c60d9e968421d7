import { z } from 'zod'
import { FILE_PROBLEM_CODE_NAMES, WARNING_CODE_NAMES } from './codes.ts'
import { fileStatusSchema, roundStatusSchema } from './statuses.ts'

/** One thing that is odd about an imported round. `check` is set for the seven checks only. */
export const warningSchema = z.object({
  code: z.enum(WARNING_CODE_NAMES),
  check: z.number().int().min(1).max(7).optional(),
  expected: z.union([z.number(), z.string()]).nullable(),
  actual: z.union([z.number(), z.string()]).nullable(),
  message: z.string(),
})

/** Why a file was rejected or ignored; `line` counts from 1, null where no line is to blame. */
export const fileProblemSchema = z.object({
  code: z.enum(FILE_PROBLEM_CODE_NAMES),
  line: z.number().int().positive().nullable(),
  detail: z.string(),
})

export const roundReceiptSchema = z.object({
  /** Null in a dry run: nothing was stored. */
  id: z.number().int().nullable(),
  map: z.string(),
  roundNumber: z.number().int(),
  endedAt: z.string(),
  gamingSessionId: z.number().int().nullable(),
  players: z.number().int(),
  weapons: z.number().int(),
  status: roundStatusSchema,
})

/**
 * Which database answers: `<system identifier>/<timeline>`, opaque to a sender. It changes when another one takes
 * over (a failover, a restored backup), which may have lost what the one before had confirmed: ask again about all.
 * Absent where the server cannot tell.
 */
export const databaseSchema = z.string().min(1).max(128)

/** The answer to an upload. `round` is null where the file makes none. */
export const receiptSchema = z.object({
  status: fileStatusSchema,
  duplicate: z.boolean(),
  file: z.object({
    name: z.string(),
    sha256: z.string(),
    bytes: z.number().int(),
    receivedAt: z.string().nullable(),
  }),
  round: roundReceiptSchema.nullable(),
  warnings: z.array(warningSchema),
  problem: fileProblemSchema.optional(),
  tookMs: z.number(),
  database: databaseSchema.optional(),
})

/** RFC 9457. A rejected file's problem carries its receipt and the line to blame. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  retriable: z.boolean(),
  line: z.number().int().nullable().optional(),
  receipt: receiptSchema.optional(),
})

export type Warning = z.infer<typeof warningSchema>
export type FileProblem = z.infer<typeof fileProblemSchema>
export type RoundReceipt = z.infer<typeof roundReceiptSchema>
export type Receipt = z.infer<typeof receiptSchema>
export type Problem = z.infer<typeof problemSchema>
