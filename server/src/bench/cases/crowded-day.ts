import type { SampleFile } from '../../sample/sample-files.ts'
import { type Measurement, percentile } from '../measurement.ts'
import { sampleHistory } from '../sample-history.ts'
import { sendFile } from '../send-file.ts'
import { startBenchServer, TOKEN } from '../start-bench-server.ts'
import type { World } from '../world.ts'

/** Of the first sample. */
const MAP = 'goldrush'
const EDGE = 30
const DAY_SECONDS = 86_400

/** Thousands of rounds of one map on one day, as a broken or hostile sender makes them: the last beside the first. */
export async function crowdedDay(world: World): Promise<Measurement[]> {
  const files = dayOf(world.isShort ? 2 * EDGE : 2_000)
  // What was never run before is slow.
  await importAll(world, 'bench_crowded_warm', files.slice(0, 5 * EDGE))
  const took = await importAll(world, 'bench_crowded', files)
  const last = percentile(took.slice(-EDGE), 0.5)
  return [
    {
      name: `round ${files.length} of a map and a day, request to receipt, median`,
      value: last,
      unit: 'ms',
      peer: { name: `the first ${EDGE}`, value: percentile(took.slice(0, EDGE), 0.5) },
      reach: { of: 'ratio', most: 2 },
    },
  ]
}

async function importAll(world: World, name: string, files: readonly SampleFile[]): Promise<number[]> {
  const server = await startBenchServer(await world.emptyDatabase(name), world.log)
  const took: number[] = []
  try {
    for (const file of files) took.push(await sendFile(server.url, TOKEN, file))
  } finally {
    await server.close()
  }
  return took
}

/** Rounds 1 of one map, evenly over a day; no two have the same figures, or they would be copies. */
function dayOf(count: number): SampleFile[] {
  const [sample] = sampleHistory(1)
  const [header = '', ...lines] = String(sample?.content).split('\n')
  return Array.from({ length: count }, (_, index) => {
    const second = Math.floor((index * DAY_SECONDS) / count)
    const time = new Date(second * 1000).toISOString().slice(11, 19).replaceAll(':', '')
    // The damage given, the first value behind the weapons.
    const changed = lines.map(line => line.replace(/(\t)\d+/, `$1${1_000 + index}`))
    const content = Buffer.from([header, ...changed].join('\n'))
    return { name: `2026-05-05-${time}-${MAP}-round-1.txt`, content }
  })
}
