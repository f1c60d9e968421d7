import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Where and when it was measured: figures mean nothing without it. */
export interface Machine {
  /** `YYYY-MM-DD`. */
  date: string
  commit: string
  processor: string
  cores: number
  memoryGigabytes: number
  node: string
  /** Of one minute, at the end: above the number of cores others were at work too. */
  load: number
}

export function describeMachine(): Machine {
  const [first] = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
    }).trim(),
    processor: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}
