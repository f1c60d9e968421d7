import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { writeAtomically } from './write-atomically.ts'

const recordSchema = z.object({
  name: z.string(),
  bytes: z.number(),
  mtimeMs: z.number(),
  sha256: z.string(),
  outcome: z.enum(['imported', 'ignored', 'rejected', 'refused']),
  /** The server had these bytes before this agent sent them. */
  duplicate: z.boolean(),
  source: z.enum(['agent', 'ssh', 'manual']),
  at: z.string(),
  code: z.nullable(z.string()),
  detail: z.nullable(z.string()),
  line: z.nullable(z.number()),
  roundId: z.nullable(z.number()),
  gamingSessionId: z.nullable(z.number()),
})

/** What became of one content of one file, as the server said. */
export type FileRecord = z.infer<typeof recordSchema>

export const HISTORY_FILE = 'history.jsonl'
/** About ten years of a busy server; 6 MB. Beyond that the oldest are forgotten: the server knows them. */
const KEEP = 20_000

export interface History {
  /** What the server said of these bytes under this name. */
  of(name: string, sha256: string): FileRecord | undefined
  latest(name: string): FileRecord | undefined
  add(record: FileRecord): void
  forget(name: string): void
  /** The lines are on disk. */
  flush(): Promise<void>
}

/**
 * A memory that may be lost: it spares reading files again and serves `explain`. Whether a file is delivered is
 * asked of the server, always. One line per answer is appended; damaged lines (a cut by a power failure) are left out.
 */
export async function openHistory(
  dir: string,
  onFault: (error: unknown) => void,
  keep = KEEP,
): Promise<History> {
  const path = join(dir, HISTORY_FILE)
  const records = new Map<string, FileRecord>()
  let lines = 0
  let writing = Promise.resolve()
  let unwritten: string[] = []

  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const text = await readFile(path, 'utf8').catch(() => '')
    for (const record of parseHistory(text)) remember(record)
    lines = countLines(text)
    // A damaged or overlong file is written anew, so that new lines never hang on to half a line.
    if (lines !== records.size || (text !== '' && !text.endsWith('\n'))) await compact()
  } catch (error) {
    onFault(error)
  }

  function remember(record: FileRecord): void {
    records.delete(record.name)
    records.set(record.name, record)
    const [oldest] = records.keys()
    if (records.size > keep && oldest !== undefined) records.delete(oldest)
  }

  async function compact(): Promise<void> {
    const all = [...records.values()]
    await writeAtomically(path, all.map(record => `${JSON.stringify(record)}\n`).join(''))
    lines = all.length
  }

  function schedule(): void {
    writing = writing.then(async () => {
      const batch = unwritten
      if (batch.length === 0) return
      unwritten = []
      try {
        if (lines + batch.length > 2 * keep) return await compact()
        await appendFile(path, batch.join(''), { mode: 0o600 })
        lines += batch.length
      } catch (error) {
        onFault(error)
      }
    })
  }

  return {
    of: (name, sha256) => {
      const record = records.get(name)
      return record?.sha256 === sha256 ? record : undefined
    },
    latest: name => records.get(name),
    add(record) {
      remember(record)
      unwritten.push(`${JSON.stringify(record)}\n`)
      schedule()
    },
    forget: name => void records.delete(name),
    flush: () => writing,
  }
}

/** The newest record of each name, oldest first. */
export function parseHistory(text: string): FileRecord[] {
  const latest = new Map<string, FileRecord>()
  for (const line of text.split('\n')) {
    const record = parseLine(line)
    if (!record) continue
    latest.delete(record.name)
    latest.set(record.name, record)
  }
  return [...latest.values()]
}

function parseLine(line: string): FileRecord | null {
  if (line === '') return null
  try {
    return recordSchema.parse(JSON.parse(line))
  } catch {
    return null
  }
}

function countLines(text: string): number {
  return text.split('\n').filter(line => line !== '').length
}
