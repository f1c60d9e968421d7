import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SAMPLE_ZONE } from '../sample/sample-files.ts'
import { freePort } from './free-port.ts'
import { TOKEN } from './start-bench-server.ts'

const START = [fileURLToPath(new URL('../../bin/run.mjs', import.meta.url)), 'start']
const PATIENCE_MS = 30_000

/** Of a server that takes the files of one game server, with TOKEN. */
export const ONE_GAME_SERVER = {
  INGEST_TOKEN: TOKEN,
  INGEST_SERVER_NAME: 'bench',
  INGEST_SERVER_TIMEZONE: SAMPLE_ZONE,
}

export interface ServerProcess {
  url: string
  child: ChildProcess
  stop(): Promise<void>
}

/** The server as it is started by its users, in a process of its own, until it is ready. */
export async function startServerProcess({
  databaseUrl,
  folder,
  env = {},
}: {
  databaseUrl: string
  folder: string
  /** Further settings. */
  env?: Record<string, string>
}): Promise<ServerProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, START, {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      LOG_DIR: join(folder, 'logs'),
      LOG_LEVEL: 'error',
      ...env,
    },
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  const until = performance.now() + PATIENCE_MS
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGKILL')
      throw new Error('The server of the benchmark did not become ready.')
    }
    await sleep(5)
  }
  return {
    url,
    child,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}
