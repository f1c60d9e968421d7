import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { programFile } from './program-file.ts'

export interface ServerProcess {
  /** Where it listens; after a restart, where it listened last, until it listens again. */
  url(): string
  signal(name: NodeJS.Signals): void
  /** `kill -9`, and another process in its place, which is not waited for. */
  restart(more?: Record<string, string>): Promise<void>
  /** The endings that nobody caused. */
  endings(): readonly string[]
}

/** The product's server as its user runs it, in a process that can be killed and frozen. Listens when this resolves. */
export async function serverProcess(
  t: Pick<Test, 'teardown'>,
  env: Record<string, string>,
): Promise<ServerProcess> {
  const program = await programFile('server/src/main.ts')
  const endings: string[] = []
  let url = ''
  let child = spawnServer({})
  t.teardown(() => end(child))
  await listens(child)

  function spawnServer(more: Record<string, string>): ChildProcess {
    const spawned = spawn(process.execPath, [program], {
      env: { PATH: process.env.PATH, PORT: '0', ...env, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    spawned.stdout.on('data', chunk => {
      const found = /Listening on (http:\/\/[\w.:]+)/.exec(said + String(chunk))?.[1]
      // Only the end of it can hold the beginning of the line.
      said = found === undefined ? (said + String(chunk)).slice(-2_000) : ''
      if (found === undefined) return
      url = found
      spawned.emit('listening')
    })
    spawned.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL') endings.push(`ended by itself: ${code ?? signal}: ${said}`)
    })
    return spawned
  }

  return {
    url: () => url,
    signal: name => child.kill(name),
    async restart(more = {}) {
      await end(child)
      child = spawnServer(more)
    },
    endings: () => endings,
  }
}

async function listens(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('The server did not start; its own words stand above.')
  })
  await Promise.race([once(child, 'listening'), ended])
  ended.catch(() => undefined)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
