import { fork } from 'node:child_process'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFileName } from '@debrief/shared'
import pg from 'pg'
import { stampTime } from '../derive/stamp-time.ts'
import { madeReady } from '../made-ready.ts'
import { SAMPLE_ZONE, type SampleFile } from '../sample/sample-files.ts'
import { residentMegabytes } from './resident-megabytes.ts'
import { ONE_GAME_SERVER, startServerProcess } from './server-process.ts'
import { TOKEN } from './start-bench-server.ts'
import type { World } from './world.ts'

const WORKER = madeReady('bench/push-worker')

/** The server of a backfill, and what it came to. */
export interface Push {
  /** Until these files are all imported: of the real agent, by real HTTP. */
  push(files: readonly SampleFile[]): Promise<void>
  /** Of all that was pushed. */
  result(): Promise<PushResult>
  /** What the server holds in memory now. */
  megabytes(): Promise<number>
  close(): Promise<void>
}

interface PushResult {
  msPerFile: number
  commitsPerFile: number
  /** By the receipts, of each file. */
  tookMs: number[]
}

/** The whole server, as its users start it, to which folders with parts of a history are pushed. */
export async function openPush(world: World, databaseUrl: string): Promise<Push> {
  const server = await startServerProcess({
    ...{ databaseUrl, folder: join(world.folder, 'push') },
    env: ONE_GAME_SERVER,
  })
  const before = await commits(databaseUrl)
  const tookMs: number[] = []
  let spentMs = 0
  return {
    async push(files) {
      const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-folder-'))
      try {
        for (const file of files) await writeAsTheGame(folder, file)
        const receipts = await throughWorker(server.url, folder, files.length)
        // From receipt to receipt: the agent's own start is another case.
        spentMs += ((receipts.lastAt - receipts.firstAt) * files.length) / Math.max(1, files.length - 1)
        tookMs.push(...receipts.tookMs)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    async result() {
      const after = await commits(databaseUrl)
      const count = tookMs.length
      return { msPerFile: spentMs / count, commitsPerFile: (after - before) / count, tookMs }
    },
    megabytes: () => residentMegabytes(server.child.pid),
    close: () => server.stop(),
  }
}

/** A file of years ago that was touched today would be warned of. */
async function writeAsTheGame(folder: string, { name, content }: SampleFile): Promise<void> {
  await writeFile(join(folder, name), content)
  const named = readFileName(name)
  if (named.kind !== 'round') return
  const { earlier: writtenAt } = stampTime(named.stamp, SAMPLE_ZONE)
  await utimes(join(folder, name), writtenAt, writtenAt)
}

interface Receipts {
  firstAt: number
  lastAt: number
  tookMs: number[]
}

async function throughWorker(url: string, folder: string, count: number): Promise<Receipts> {
  const receipts: Receipts = { firstAt: 0, lastAt: 0, tookMs: [] }
  await new Promise<void>((resolve, reject) => {
    const worker = fork(WORKER.path, [url, TOKEN, folder, String(count)], WORKER)
    worker.on('message', (tookMs: number) => {
      receipts.lastAt = performance.now()
      receipts.firstAt ||= receipts.lastAt
      receipts.tookMs.push(tookMs)
    })
    worker.once('error', reject).once('exit', () => resolve())
  })
  if (receipts.tookMs.length < count)
    throw new Error(`The agent ended after ${receipts.tookMs.length} of ${count} files.`)
  return receipts
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
