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
  for (const rounds of sizes) histories.push({ rounds, url: await historyOf(world, rounds) })
  const runs = world.isShort ? { warm: 3, changed: 2 } : { warm: 40, changed: 10 }
  const rows = await benchScale(histories, { runs, ...(world.isShort && { only: '/maps' }) })
  const [least] = sizes
  return rows.filter(({ rounds }) => rounds !== least).flatMap(row => measurements(row, smallest(rows, row)))
}

async function historyOf(world: World, rounds: number): Promise<string> {
  const players = world.isShort ? 100 : 2_000
  const { url, isNew } = await world.keptDatabase(`bench_scale_${rounds}`)
  const { db, pool, close } = openDatabase({ url, log: pino({ level: 'silent' }) })
  try {
    if (isNew) await seedHistory({ db, pool }, { rounds, players, seed: 1, until: new Date() })
    const { known } = await db
      .selectFrom('rounds')
      .select(eb => eb.fn.countAll<number>().as('known'))
      .executeTakeFirstOrThrow()
    // Rounds that were cut short are in it too, and sessions of which the last are left out.
    if (known < 0.9 * rounds)
      throw new Error(`${url} holds ${known} rounds of ${rounds}: drop it, and begin anew.`)
    return url
  } finally {
    await close()
  }
}

function smallest(rows: readonly ScaleRow[], { name }: ScaleRow): ScaleRow | undefined {
  return rows.find(row => row.name === name)
}

/** What is promised to take the same in every history: 1.2 times at most. */
const FLAT = /^page \/(?:sessions\/…|players\/…, the median|leaderboards\/kd)$/

function measurements(row: ScaleRow, least: ScaleRow | undefined): Measurement[] {
  const at = `${row.name} at ${row.rounds} rounds`
  const ms = (name: string, value: number, most: number): Measurement => ({
    ...{ name: `${at}, ${name}`, value, unit: 'ms', peer: null, reach: { of: 'value', most } },
  })
  const beside = (name: string, value: number, before: number | undefined): Measurement => ({
    ...{ name: `${at}, ${name}`, value, unit: 'ms' },
    peer: before === undefined || !least ? null : { name: `at ${least.rounds}`, value: before },
    reach: FLAT.test(row.name) ? { of: 'ratio', most: 1.2 } : null,
  })
  return [
    ms('first after a start', row.cold, 300),
    ms('p95', row.warmP95, 50),
    beside('processor time', row.warmCpu, least?.warmCpu),
    beside('processor time after a decision', row.decidedCpu, least?.decidedCpu),
    { ...beside('processor time after an import', row.importedCpu, least?.importedCpu), reach: null },
  ]
}
