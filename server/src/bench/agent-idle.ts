import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { missingRequestSchema, ROUTES } from '@debrief/shared'
import { residentMegabytes } from './resident-megabytes.ts'

/** What an idle process costs, as the kernel counts it. */
export interface IdleCost {
  files: number
  megabytes: number
  /** Share of one core over the time of watching, in percent. */
  cpuPercent: number
  inotifyWatches: number
}

/** The unit's own setting, so that what is measured is what an installed agent needs. */
const NODE_OPTIONS = '--max-semi-space-size=1'
const SETTLE_MS = 15_000
/** Linux counts processor time in these. */
const TICK_MS = 10

/** Node with nothing to do: the yardstick. */
export async function benchBareNode(watchMs: number): Promise<IdleCost> {
  return costOf(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], quiet({})), 0, watchMs)
}

/** The one file beside a folder of `files` old rounds, all of which its server has. */
export function benchIdleAgent(program: string, files: number, watchMs: number): Promise<IdleCost> {
  return besideDelivered(program, files, child => costOf(child, files, watchMs))
}

/** From the start of the agent until it knows that its server has all of them. */
export function benchReconcile(
  program: string,
  files: number,
): Promise<{ seconds: number; cpuSeconds: number; requests: number }> {
  return besideDelivered(program, files, async (child, asked) => {
    const ended = new Promise(resolve => child.once('exit', resolve))
    const startedAt = performance.now()
    try {
      while (asked.names.size < files) await sleep(2)
      const seconds = (performance.now() - startedAt) / 1000
      // It takes the last answer in.
      await sleep(200)
      return { seconds, cpuSeconds: (await cpuMs(`/proc/${child.pid}`)) / 1000, requests: asked.requests }
    } finally {
      child.kill('SIGTERM')
      await ended
    }
  })
}

/** What the agent asked its server. */
interface Asked {
  names: Set<string>
  requests: number
}

async function besideDelivered<T>(
  program: string,
  files: number,
  watch: (agent: ChildProcess, asked: Asked) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'debrief-idle-'))
  const asked: Asked = { names: new Set(), requests: 0 }
  const server = createServer((request, response) => {
    void answer(request, asked).then(body =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const dir = join(folder, 'gamestats')
    await fill(dir, files)
    const env = {
      INGEST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      INGEST_TOKEN: 'benchmark',
      GAMESTATS_DIR: dir,
      STATE_DIR: join(folder, 'state'),
    }
    return await watch(spawn(process.execPath, [program, 'run'], quiet(env)), asked)
  } finally {
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A server that has everything. */
async function answer(request: IncomingMessage, asked: Asked): Promise<object> {
  const body = await text(request)
  if (request.url === ROUTES.missing) {
    const { files } = missingRequestSchema.parse(JSON.parse(body))
    asked.requests += 1
    for (const { name } of files) asked.names.add(name)
    return { missing: [] }
  }
  return { serverTime: new Date().toISOString(), version: '0.0.0' }
}

async function fill(dir: string, files: number): Promise<void> {
  await mkdir(dir)
  for (let i = 0; i < files; i++) {
    const at = new Date(Date.UTC(2022, 0, 1) + i * 900_000)
    const stamp = at.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')
    const path = join(dir, `${stamp}-supply-round-${1 + (i % 2)}.txt`)
    await writeFile(path, 'header\nline\n')
    await utimes(path, at, at)
  }
}

function quiet(env: Record<string, string>) {
  return { stdio: 'ignore' as const, env: { PATH: process.env.PATH ?? '', NODE_OPTIONS, ...env } }
}

/** Watches a process for `watchMs` once it has settled, and ends it. */
export async function costOf(
  child: ChildProcess,
  files: number,
  watchMs: number,
  settleMs = SETTLE_MS,
): Promise<IdleCost> {
  const ended = new Promise(resolve => child.once('exit', resolve))
  try {
    const proc = `/proc/${child.pid}`
    await sleep(settleMs)
    const before = await cpuMs(proc)
    await sleep(watchMs)
    const cpuPercent = (100 * ((await cpuMs(proc)) - before)) / watchMs
    const megabytes = await residentMegabytes(child.pid)
    return { files, megabytes, cpuPercent, inotifyWatches: await watches(proc) }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

async function cpuMs(proc: string): Promise<number> {
  const stat = await readFile(join(proc, 'stat'), 'utf8')
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (user + system) * TICK_MS
}

async function watches(proc: string): Promise<number> {
  let count = 0
  for (const fd of await readdir(join(proc, 'fdinfo'))) {
    const text = await readFile(join(proc, 'fdinfo', fd), 'utf8').catch(() => '')
    count += text.split('inotify wd:').length - 1
  }
  return count
}
