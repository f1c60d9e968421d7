import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { writeAtomically } from './write-atomically.ts'

const waitingFileSchema = z.object({
  name: z.string(),
  bytes: z.number(),
  mtimeMs: z.number(),
  /** `growing`: it has not stood still yet; `waiting`: for the server; `uploading`; `unread`: it cannot be read. */
  phase: z.enum(['growing', 'waiting', 'uploading', 'unread']),
  reason: z.nullable(z.string()),
  attempts: z.number(),
})

const refusedFileSchema = z.object({ name: z.string(), code: z.string(), detail: z.string() })

const sourceStatusSchema = z.object({
  kind: z.enum(['agent', 'ssh']),
  place: z.string(),
  /** Which folder is looked at (`device:inode`), for whoever sees another one there; null where it cannot be told. */
  identity: z._default(z.nullable(z.string()), null),
  /** Why the place itself cannot be read; null while it can. */
  problem: z.nullable(z.string()),
  files: z.number(),
  delivered: z.number(),
  skipped: z.number(),
  waitingCount: z.number(),
  oldestWaitingAt: z.nullable(z.string()),
  /** The first of them only. */
  waiting: z.array(waitingFileSchema),
  /** Rejected, refused or too large; the newest of them only. */
  notTaken: z.array(refusedFileSchema),
  notTakenCount: z.number(),
})

const agentStatusSchema = z.object({
  version: z.string(),
  /** 0 once it has ended in order. */
  pid: z.number(),
  startedAt: z.string(),
  writtenAt: z.string(),
  server: z.string(),
  /** Why the server takes nothing now; null while it does. */
  serverProblem: z.nullable(z.string()),
  tokenRefused: z.boolean(),
  lastUpload: z.nullable(z.object({ name: z.string(), at: z.string(), outcome: z.string() })),
  clockOffMs: z.nullable(z.number()),
  /** As it told last; of an agent that has not heard yet, or of an older one, not there. */
  serverVersion: z.optional(z.nullable(z.string())),
  sources: z.array(sourceStatusSchema),
})

export type AgentStatus = z.infer<typeof agentStatusSchema>
export type SourceStatus = z.infer<typeof sourceStatusSchema>
export type WaitingFile = z.infer<typeof waitingFileSchema>

const STATUS_FILE = 'status.json'

export async function writeStatus(dir: string, status: AgentStatus): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await writeAtomically(join(dir, STATUS_FILE), `${JSON.stringify(status, null, 1)}\n`)
}

/** Null where no agent has run, or where what it left is damaged. Throws if this user may not read it. */
export async function readStatus(dir: string): Promise<AgentStatus | null> {
  let text: string
  try {
    text = await readFile(join(dir, STATUS_FILE), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    return agentStatusSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Whether the process that wrote the status still runs. EPERM: it does, as somebody else. */
export function isRunning(status: AgentStatus): boolean {
  if (status.pid <= 0) return false
  try {
    process.kill(status.pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
