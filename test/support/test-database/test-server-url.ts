import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { programFile } from '../program-file.ts'
import { quickDisk } from '../quick-disk.ts'

let url: Promise<string> | undefined

/** The address of the server for tests: TEST_DATABASE_URL, or one embedded server for all files of this run of tap. */
export function testServerUrl(): Promise<string> {
  url ??=
    process.env.TEST_DATABASE_URL === undefined
      ? joinCluster()
      : Promise.resolve(process.env.TEST_DATABASE_URL)
  return url
}

/**
 * The server belongs to a process of its own (cluster-holder.ts). The first test file starts it; two that try at once
 * start two, of which one finds the socket taken and leaves. An open connection says "in use", and the kernel closes
 * it whatever happens to us.
 */
async function joinCluster(): Promise<string> {
  // tap starts every test file itself, so its process id names the run. By hand, the run is this process.
  const run = process.env.TAP === '1' ? process.ppid : process.pid
  const socketPath = join(tmpdir(), `debrief-test-${process.getuid?.() ?? 0}-${run}.sock`)
  let log: string | undefined
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(50)) {
    const socket = await connectTo(socketPath)
    if (socket !== undefined) return readUrl(socket, log)
    log ??= await startHolder(socketPath, run)
  }
  throw new Error(`No database server for the tests came up. Its log: ${await readLog(log)}`)
}

function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}

async function readUrl(socket: Socket, log: string | undefined): Promise<string> {
  for await (const line of createInterface({ input: socket })) {
    // From here on the connection is only held, and holds up nothing.
    socket.unref()
    return line
  }
  throw new Error(`The database server for the tests did not start. Its log: ${await readLog(log)}`)
}

async function startHolder(socketPath: string, run: number): Promise<string> {
  const folder = mkdtempSync(join(quickDisk(), 'debrief-cluster-'))
  const program = await programFile('test/support/test-database/cluster-holder.ts')
  const child = spawn(process.execPath, [program, socketPath, folder, String(run)], {
    // Not in our group, and not on our pipes: tap waits for whoever holds them.
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  child.unref()
  return join(folder, 'log')
}

async function readLog(path: string | undefined): Promise<string> {
  return path === undefined
    ? '(another process has it)'
    : readFile(path, 'utf8').catch(error => String(error))
}
