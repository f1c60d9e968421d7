import * as z from 'zod/mini'
import { FILE_PROBLEM_CODE_NAMES, WARNING_CODE_NAMES } from './codes.ts'
import { fileStatusSchema, roundStatusSchema } from './statuses.ts'

/** One thing that is odd about an imported round. `check` is set for the seven checks only. */
export const warningSchema = z.object({
  code: z.enum(WARNING_CODE_NAMES),
  check: z.optional(z.int().check(z.minimum(1), z.maximum(7))),
  expected: z.nullable(z.union([z.number(), z.string()])),
  actual: z.nullable(z.union([z.number(), z.string()])),
  message: z.string(),
})

/** Why a file was rejected or ignored; `line` counts from 1, null where no line is to blame. */
export const fileProblemSchema = z.object({
  code: z.enum(FILE_PROBLEM_CODE_NAMES),
  line: z.nullable(z.int().check(z.positive())),
  detail: z.string(),
})

export const roundReceiptSchema = z.object({
  /** Null in a dry run: nothing was stored. */
  id: z.nullable(z.int()),
  map: z.string(),
  roundNumber: z.int(),
  endedAt: z.string(),
  gamingSessionId: z.nullable(z.int()),
  players: z.int(),
  weapons: z.int(),
  status: roundStatusSchema,
  /** Of the rules that made its rows; null: older than the first version. */
  rulesVersion: z.optional(z.nullable(z.int())),
})

/**
 * Which database answers: `<system identifier>/<timeline>`, opaque to a sender. It changes when another one takes
 * over (a failover, a restored backup), which may have lost what the one before had confirmed: ask again about all.
 * Absent where the server cannot tell.
 */
export const databaseSchema = z.string().check(z.minLength(1), z.maxLength(128))

/** The answer to an upload. `round` is null where the file makes none. */
export const receiptSchema = z.object({
  status: fileStatusSchema,
  duplicate: z.boolean(),
  file: z.object({
    name: z.string(),
    sha256: z.string(),
    bytes: z.int(),
    receivedAt: z.nullable(z.string()),
  }),
  round: z.nullable(roundReceiptSchema),
  warnings: z.array(warningSchema),
  problem: z.optional(fileProblemSchema),
  tookMs: z.number(),
  database: z.optional(databaseSchema),
})

/** A receipt as it is listed later. `tookMs` is absent where it was not kept when the file came. */
export const storedReceiptSchema = z.extend(receiptSchema, { tookMs: z.optional(z.number()) })

/** RFC 9457. A rejected file's problem carries its receipt and the line to blame. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  retriable: z.boolean(),
  line: z.optional(z.nullable(z.int())),
  receipt: z.optional(receiptSchema),
})

export type Warning = z.infer<typeof warningSchema>
export type FileProblem = z.infer<typeof fileProblemSchema>
export type RoundReceipt = z.infer<typeof roundReceiptSchema>
export type Receipt = z.infer<typeof receiptSchema>
export type Problem = z.infer<typeof problemSchema>
