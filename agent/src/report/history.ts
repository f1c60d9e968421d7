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
/** Records that could not be written are kept for the next try, so many of them: 300 KB. */
const KEEP_UNWRITTEN = 1_000

/** The first is noted at once, what a backlog brings in this time after it together. What a crash takes is asked again. */
const WRITE_EVERY_MS = 100

export interface History {
  /** The newest record of each name, as the file has them now. Nothing of it is kept in memory between two calls. */
  recall(): Promise<ReadonlyMap<string, FileRecord>>
  add(record: FileRecord): void
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
  let lines = 0
  let unwritten: string[] = []
  /** The file may end in a part of a line, left there by an append that failed. */
  let isCut = false
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  let hasMore = false

  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const text = await readText(path)
    lines = countLines(text)
    // A damaged or overlong file is written anew, so that new lines never hang on to half a line.
    if (lines > keep || (text !== '' && !text.endsWith('\n'))) await compact(text)
  } catch (error) {
    onFault(error)
  }

  async function compact(text: string): Promise<void> {
    const newest = parseHistory(text).slice(-keep)
    await writeAtomically(path, newest.map(record => `${JSON.stringify(record)}\n`).join(''))
    lines = newest.length
  }

  async function writeBatch(): Promise<void> {
    const batch = unwritten
    if (batch.length === 0) return
    unwritten = []
    try {
      await appendFile(path, (isCut ? ['\n', ...batch] : batch).join(''), { mode: 0o600 })
      isCut = false
    } catch (error) {
      isCut = true
      unwritten = [...batch, ...unwritten].slice(-KEEP_UNWRITTEN)
      onFault(error)
      return
    }
    lines += batch.length
    if (lines > 2 * keep) await compact(await readText(path)).catch(onFault)
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    writing = writing.then(writeBatch)
    return writing
  }

  function writeNow(): void {
    void flush()
    // Only for what has come since: what could not be written waits for the next record.
    hasMore = false
    timer = setTimeout(() => {
      timer = null
      if (hasMore) writeNow()
    }, WRITE_EVERY_MS)
  }

  return {
    async recall() {
      await writing
      const text = `${await readText(path)}\n${unwritten.join('')}`
      return new Map(parseHistory(text).map(record => [record.name, record]))
    },
    add(record) {
      unwritten.push(`${JSON.stringify(record)}\n`)
      if (timer) hasMore = true
      else writeNow()
    },
    flush,
  }
}

/** Empty where nothing was written yet, or where it cannot be read: then less is known, and all goes on. */
function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
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
