// zod/mini: the same checks, and ten megabytes less in the agent, which reads these as well.
import * as z from 'zod/mini'
import { databaseSchema } from './receipt.ts'

/** The addresses of version 1 that senders use. */
export const ROUTES = {
  files: '/api/v1/files',
  missing: '/api/v1/files/missing',
  heartbeat: '/api/v1/agent/heartbeat',
} as const

/** A real stats file has 1 to 4 KB; a megabyte is 64 players with room to spare. */
export const DEFAULT_MAX_FILE_BYTES = 1_048_576
/** One question about a folder of ten thousand files is about a megabyte of JSON. */
export const MAX_MISSING_FILES = 10_000

export const sourceSchema = z.enum(['agent', 'ssh', 'manual'])
export type Source = z.infer<typeof sourceSchema>

const sha256Schema = z.string().check(z.regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits'))

const lowerCaseSha256Schema = z.pipe(
  sha256Schema,
  z.transform((hex: string) => hex.toLowerCase()),
)

/** An instant that tables can hold and that a clock may show, however wrong: from 1970 to the year 9999. */
const instantSchema = z.iso.datetime({ offset: true }).check(
  z.maxLength(40),
  z.refine(text => toInstant(Date.parse(text)) !== null, 'expected a time from 1970 to 9999'),
)
const LAST_INSTANT = Date.UTC(9999, 11, 31)

/** Milliseconds since 1970 in that form; null: no such instant. A disk can give a file any time. */
export function toInstant(ms: number): string | null {
  return ms >= 0 && ms < LAST_INSTANT ? new Date(ms).toISOString() : null
}

/** The optional fields of an upload; they stand before the file part. */
export const uploadFieldsSchema = z.object({
  sha256: z.optional(lowerCaseSha256Schema),
  mtime: z.optional(instantSchema),
  source: z.optional(sourceSchema),
})
export type UploadFields = z.infer<typeof uploadFieldsSchema>

export const missingRequestSchema = z.object({
  files: z
    .array(
      z.object({
        name: z.string().check(z.minLength(1), z.maxLength(1024)),
        bytes: z.int().check(z.nonnegative()),
        sha256: z.optional(lowerCaseSha256Schema),
      }),
    )
    .check(z.maxLength(MAX_MISSING_FILES)),
})
export type MissingRequest = z.input<typeof missingRequestSchema>

export const missingResponseSchema = z.object({
  missing: z.array(z.string()),
  database: z.optional(databaseSchema),
})
export type MissingResponse = z.infer<typeof missingResponseSchema>

/** What an agent tells about itself, so that the server can say when one has gone quiet or holds files back. */
export const heartbeatRequestSchema = z.object({
  agentId: z.string().check(z.minLength(1), z.maxLength(64)),
  version: z.string().check(z.maxLength(32)),
  source: sourceSchema,
  startedAt: instantSchema,
  sentAt: instantSchema,
  waiting: z.int().check(z.nonnegative()),
  oldestWaitingAt: z.nullable(instantSchema),
  lastError: z.nullable(z.string().check(z.maxLength(500))),
})
export type HeartbeatRequest = z.infer<typeof heartbeatRequestSchema>

/** The server's clock lets the agent notice that its own is wrong; `version` that it is older than its server. */
export const heartbeatResponseSchema = z.object({
  serverTime: z.iso.datetime({ offset: true }),
  version: z.string(),
  database: z.optional(databaseSchema),
})
export type HeartbeatResponse = z.infer<typeof heartbeatResponseSchema>
