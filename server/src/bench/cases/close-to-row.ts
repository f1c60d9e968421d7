import { watch } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { OUTBOX_CHANNEL } from '../../outbox/enqueue.ts'
import { type Measurement, percentile } from '../measurement.ts'
import { sampleHistory } from '../sample-history.ts'
import { startBenchServer } from '../start-bench-server.ts'
import { throughAgent } from '../through-agent.ts'
import type { World } from '../world.ts'

/** From the game's close of a file to its committed rows, by the agent, beside a bare watch and one insert. */
export async function closeToRow(world: World): Promise<Measurement[]> {
  const databaseUrl = await world.emptyDatabase('bench_close')
  const listener = new pg.Client({ connectionString: databaseUrl })
  await listener.connect()
  await listener.query(`listen ${OUTBOX_CHANNEL}`)
  await listener.query('create table bare_files (name text)')
  try {
    const bare = await bareWatch(world, listener)
    const own = await byAgent(world, databaseUrl, listener)
    return [
      {
        name: 'close of a file to its rows, 99 of 100',
        value: percentile(own, 0.99),
        unit: 'ms',
        peer: { name: 'fs.watch and one insert', value: percentile(bare, 0.99) },
        reach: { of: 'excess', most: 60 },
      },
      {
        name: 'the same, median',
        value: percentile(own, 0.5),
        unit: 'ms',
        peer: { name: 'fs.watch and one insert', value: percentile(bare, 0.5) },
        reach: null,
      },
    ]
  } finally {
    await listener.end()
  }
}

async function byAgent(world: World, databaseUrl: string, listener: pg.Client): Promise<number[]> {
  const server = await startBenchServer(databaseUrl, world.log)
  try {
    const took = await throughAgent({
      url: server.url,
      dir: join(world.folder, 'close'),
      files: sampleHistory(world.isShort ? 10 : 120),
      pauseMs: 30,
      arrival: () => notified(listener),
    })
    // The first ones are read by code that Node has not compiled yet.
    return took.slice(Math.floor(took.length / 5))
  } finally {
    await server.close()
  }
}

async function bareWatch(world: World, listener: pg.Client): Promise<number[]> {
  const dir = join(world.folder, 'bare')
  await mkdir(dir)
  const seen = new Set<string>()
  const watcher = watch(dir, (_, name) => {
    if (name === null || seen.has(name)) return
    seen.add(name)
    void listener.query(
      'with added as (insert into bare_files values ($1) returning 1) select pg_notify($2, $1) from added',
      [name, OUTBOX_CHANNEL],
    )
  })
  const took: number[] = []
  for (const { name, content } of sampleHistory(world.isShort ? 5 : 60)) {
    const arrived = notified(listener)
    await writeFile(join(dir, name), content)
    const closedAt = performance.now()
    await arrived
    took.push(Math.max(0, performance.now() - closedAt))
    await sleep(10)
  }
  watcher.close()
  return took
}

function notified(listener: pg.Client): Promise<void> {
  return new Promise(resolve => listener.once('notification', () => resolve()))
}
