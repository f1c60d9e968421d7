import { fork } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { madeReady } from '../made-ready.ts'
import type { SampleFile } from '../sample/sample-files.ts'
import { TOKEN } from './start-bench-server.ts'

const WORKER = madeReady('bench/push-worker')
/** Until the agent has started and watches. */
const SETTLE_MS = 4_000

interface Options {
  /** Where the agent sends. */
  url: string
  dir: string
  files: readonly SampleFile[]
  /** From an arrival to the next file. */
  pauseMs: number
  /** Called before each file is written; resolves when it has arrived where it is waited for. */
  arrival: () => Promise<void>
}

const PATIENCE_MS = 30_000

/** The real agent in a process of its own, file by file: milliseconds from the close of each to its arrival. */
export async function throughAgent({ url, dir, files, pauseMs, arrival }: Options): Promise<number[]> {
  await mkdir(dir)
  const agent = fork(WORKER.path, [url, TOKEN, dir, String(files.length)], WORKER)
  const ended = new Promise(resolve => agent.once('exit', resolve))
  try {
    await sleep(SETTLE_MS)
    const took: number[] = []
    for (const { name, content } of files) {
      const arrived = arrival()
      await writeFile(`${dir}/${name}`, content)
      const closedAt = performance.now()
      await Promise.race([arrived, tooLate(name)])
      took.push(performance.now() - closedAt)
      await sleep(pauseMs)
    }
    await ended
    return took
  } finally {
    agent.kill()
  }
}

async function tooLate(name: string): Promise<never> {
  await sleep(PATIENCE_MS, undefined, { ref: false })
  throw new Error(`${name} has not arrived after ${PATIENCE_MS / 1000} s.`)
}
