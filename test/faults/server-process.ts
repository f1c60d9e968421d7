import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

export interface ServerProcess {
  /** Where it listened last; a restarted one has another port. */
  url(): string
  signal(name: NodeJS.Signals): void
  /** `kill -9`, and another process in its place. */
  restart(): Promise<void>
}

/** The product's server as its user runs it, in a process that can be killed and frozen. */
export async function serverProcess(t: Test, env: Record<string, string>): Promise<ServerProcess> {
  let running = await start(env)
  t.teardown(() => end(running.child))
  return {
    url: () => running.url,
    signal: name => running.child.kill(name),
    async restart() {
      await end(running.child)
      running = await start(env)
    },
  }
}

async function start(env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import=tsx', main], {
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk)
    const url = /Listening on (http:\/\/[\w.:]+)/.exec(said)?.[1]
    if (url === undefined) continue
    child.stdout?.resume()
    return { child, url }
  }
  throw new Error(`The server did not start: ${said}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
