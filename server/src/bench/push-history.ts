import { fork } from 'node:child_process'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFileName } from '@debrief/shared'
import pg from 'pg'
import type { Logger } from 'pino'
import { stampTime } from '../derive/stamp-time.ts'
import { madeReady } from '../made-ready.ts'
import { SAMPLE_ZONE, type SampleFile } from '../sample/sample-files.ts'
import { startBenchServer, TOKEN } from './start-bench-server.ts'

const WORKER = madeReady('bench/push-worker')

export interface PushResult {
  filesPerSecond: number
  commitsPerFile: number
  medianMs: number
  p99Ms: number
  earlyMegabytes: number
  lateMegabytes: number
}

/** A folder with a whole history, the real agent, real HTTP, and the whole server: until all is imported. */
export async function benchPush(
  databaseUrl: string,
  files: readonly SampleFile[],
  log: Logger,
): Promise<PushResult> {
  const server = await startBenchServer(databaseUrl, log)
  const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-folder-'))
  try {
    for (const { name, content } of files) {
      await writeFile(join(folder, name), content)
      // As the game left it: a file of years ago that was touched today would be warned of.
      const named = readFileName(name)
      if (named.kind !== 'round') continue
      const { earlier: writtenAt } = stampTime(named.stamp, SAMPLE_ZONE)
      await utimes(join(folder, name), writtenAt, writtenAt)
    }
    const before = await commits(databaseUrl)
    const took: number[] = []
    let earlyMegabytes = 0
    let startedAt = 0
    await new Promise<void>((resolve, reject) => {
      const worker = fork(WORKER.path, [server.url, TOKEN, folder, String(files.length)], WORKER)
      worker.on('message', (tookMs: number) => {
        startedAt ||= performance.now()
        took.push(tookMs)
        if (took.length === Math.ceil(files.length / 10)) earlyMegabytes = megabytes()
      })
      worker.once('error', reject).once('exit', () => resolve())
    })
    if (took.length < files.length) throw new Error(`The agent ended after ${took.length} files.`)
    const seconds = (performance.now() - startedAt) / 1000
    const lateMegabytes = megabytes()
    const after = await commits(databaseUrl)
    took.sort((a, b) => a - b)
    return {
      filesPerSecond: files.length / seconds,
      commitsPerFile: (after - before) / files.length,
      medianMs: took[Math.floor(took.length / 2)] ?? 0,
      p99Ms: took[Math.floor(took.length * 0.99)] ?? 0,
      earlyMegabytes,
      lateMegabytes,
    }
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function megabytes(): number {
  return Math.round(process.memoryUsage().rss / 1_048_576)
}

/** The server's own count of commits. */
async function commits(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ commits: string }>(
    'select xact_commit as commits from pg_stat_database where datname = current_database()',
  )
  await client.end()
  return Number(rows[0]?.commits ?? 0)
}
