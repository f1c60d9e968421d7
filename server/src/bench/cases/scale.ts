import { pino } from 'pino'
import { openDatabase } from '../../db/database.ts'
import type { Measurement } from '../measurement.ts'
import { benchScale, type ScaleRow } from '../scale/bench-scale.ts'
import { seedHistory } from '../seed/seed-history.ts'
import type { World } from '../world.ts'

/** Every page and reading command in histories of three sizes with the same people, each beside itself in the smallest. */
export async function scale(world: World): Promise<Measurement[]> {
  const sizes = world.isShort ? [80, 160] : [1_000, 10_000, 100_000]
  const histories: { rounds: number; url: string }[] = []
  for (const rounds of sizes) {
    const url = await world.emptyDatabase(`bench_scale_${rounds}`)
    const { db, pool, close } = openDatabase({ url, log: pino({ level: 'silent' }) })
    await seedHistory(
      { db, pool },
      { rounds, players: world.isShort ? 100 : 2_000, seed: 1, until: new Date() },
    )
    await close()
    histories.push({ rounds, url })
  }
  const runs = world.isShort ? { warm: 3, changed: 2 } : { warm: 200, changed: 40 }
  const rows = await benchScale(histories, { runs, ...(world.isShort && { only: '/maps' }) })
  const [least] = sizes
  return rows.filter(({ rounds }) => rounds !== least).flatMap(row => measurements(row, smallest(rows, row)))
}

function smallest(rows: readonly ScaleRow[], { name }: ScaleRow): ScaleRow | undefined {
  return rows.find(row => row.name === name)
}

function measurements(row: ScaleRow, least: ScaleRow | undefined): Measurement[] {
  const at = `${row.name} at ${row.rounds} rounds`
  const peer = (value: number | undefined) =>
    value === undefined || !least ? null : { name: `at ${least.rounds}`, value }
  const ms = (name: string, value: number, most: number): Measurement => ({
    ...{ name: `${at}, ${name}`, value, unit: 'ms', peer: null, reach: { of: 'value', most } },
  })
  const flat = (name: string, value: number, before: number | undefined): Measurement => ({
    ...{ name: `${at}, ${name}`, value, unit: 'ms', peer: peer(before), reach: { of: 'ratio', most: 1.2 } },
  })
  return [
    ms('first after a start', row.cold, 300),
    ms('p95', row.warmP95, 50),
    flat('median', row.warmMedian, least?.warmMedian),
    flat('median after a change', row.changedMedian, least?.changedMedian),
  ]
}
