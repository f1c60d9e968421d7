import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { programFile } from '../../support/program-file.ts'

export interface AgentProcess {
  signal(name: NodeJS.Signals): void
  /** `kill -9`, and another process in its place. */
  restart(more?: Record<string, string>): Promise<void>
  /** The endings that nobody caused. */
  endings(): readonly string[]
}

/** The agent in a process of its own, looking at a folder. */
export async function agentProcess(t: Test, env: Record<string, string>): Promise<AgentProcess> {
  const program = await programFile('test/faults/world/agent-main.ts')
  const endings: string[] = []
  const start = (more: Record<string, string>) => {
    const spawned = spawn(process.execPath, [program], {
      env: { PATH: process.env.PATH, ...env, ...more },
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    spawned.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL') endings.push(`the agent ended by itself: ${code ?? signal}`)
    })
    return spawned
  }
  let child: ChildProcess = start({})
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  t.teardown(end)
  return {
    signal: name => child.kill(name),
    async restart(more = {}) {
      await end()
      child = start(more)
    },
    endings: () => endings,
  }
}
