import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { programFile } from './program-file.ts'

export interface EmbeddedProcess {
  child: ChildProcess
  url: string
  /** The migrations that it applied. */
  applied: string[]
  /** Lets it close its database and end. */
  end(): Promise<void>
}

/** Runs embedded-process.ts, and waits until it has its database. */
export async function spawnEmbeddedProcess(t: Test, dataDir: string, url = ''): Promise<EmbeddedProcess> {
  const program = await programFile('test/support/embedded-process.ts')
  const args = [program, dataDir, ...(url === '' ? [] : [url])]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await gone
  })
  const end = async () => {
    child.stdin.end()
    await gone
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, applied } = JSON.parse(line) as { url: string; applied: string[] }
    return { child, url, applied, end }
  }
  throw new Error('The process ended before it had a database; its own words stand above.')
}
