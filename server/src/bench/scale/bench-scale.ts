import { fork } from 'node:child_process'
import { pino } from 'pino'
import { openDatabase } from '../../db/database.ts'
import { madeReady } from '../../made-ready.ts'
import type { Timings } from './measure-case.ts'
import { type ScaleCase, scaleCases } from './scale-cases.ts'

/** A case in the history of one size. */
export interface ScaleRow extends Timings {
  name: string
  rounds: number
}

interface Options {
  /** Times that a case is asked, and asked after a change. */
  runs: { warm: number; changed: number }
  /** Only cases whose name holds this. */
  only?: string
}

const WORKER = madeReady('bench/scale/scale-worker')

/** Every case against every history, the smallest first, each in a process of its own that has just started. */
export async function benchScale(
  histories: readonly { rounds: number; url: string }[],
  { runs, only = '' }: Options,
): Promise<ScaleRow[]> {
  const rows: ScaleRow[] = []
  for (const { rounds, url } of histories) {
    for (const asked of await casesOf(url)) {
      if (!asked.name.includes(only)) continue
      // Once more where the machine was in the way: an hour's figures are not lost for one request.
      const timings = await inFreshProcess(url, asked, runs).catch(() => inFreshProcess(url, asked, runs))
      rows.push({ name: asked.name, rounds, ...timings })
    }
  }
  return rows
}

async function casesOf(url: string): Promise<ScaleCase[]> {
  const { db, close } = openDatabase({ url, log: pino({ level: 'silent' }), max: 1 })
  try {
    return await scaleCases(db)
  } finally {
    await close()
  }
}

function inFreshProcess(url: string, asked: ScaleCase, runs: Options['runs']): Promise<Timings> {
  return new Promise((resolve, reject) => {
    const worker = fork(WORKER.path, [url, JSON.stringify(asked), JSON.stringify(runs)], WORKER)
    worker
      .once('message', timings => resolve(timings as Timings))
      .once('error', reject)
      .once('exit', code => reject(new Error(`${asked.name}: its process ended (${code}) without a result.`)))
  })
}
