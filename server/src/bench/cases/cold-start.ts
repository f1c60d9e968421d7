import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Measurement, percentile } from '../measurement.ts'
import { startServerProcess } from '../server-process.ts'
import type { World } from '../world.ts'

/** Of a server whose database is there, until `/readyz` says yes; and what it holds when nothing happens. */
export async function coldStart(world: World): Promise<Measurement[]> {
  const databaseUrl = await world.emptyDatabase('bench_start')
  const turns = world.isShort ? 1 : 5
  const [starts, bare]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < turns; turn += 1) {
    const startedAt = performance.now()
    const server = await startServerProcess({ databaseUrl, folder: join(world.folder, 'start') })
    starts.push(performance.now() - startedAt)
    await server.stop()
    const bareAt = performance.now()
    await new Promise(resolve => spawn(process.execPath, ['-e', '0']).once('exit', resolve))
    bare.push(performance.now() - bareAt)
    await sleep(200)
  }
  return [
    {
      name: 'cold start until /readyz',
      value: percentile(starts, 0.5),
      unit: 'ms',
      peer: { name: 'node -e 0', value: percentile(bare, 0.5) },
      reach: { of: 'value', most: 1200 },
    },
  ]
}
