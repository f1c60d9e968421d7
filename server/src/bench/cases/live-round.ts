import { openBareClient } from '../bare-client.ts'
import { type Measurement, percentile } from '../measurement.ts'
import { sampleHistory } from '../sample-history.ts'
import { sendFile } from '../send-file.ts'
import { startBenchServer, TOKEN } from '../start-bench-server.ts'
import type { World } from '../world.ts'

/** So many files of one, then the same of the other. */
const TURN = 20

/** One file after the other, as an evening brings them: from the request to the receipt, beside the bare inserts. */
export async function liveRound(world: World): Promise<Measurement[]> {
  const files = sampleHistory(world.isShort ? 40 : 300)
  const databaseUrl = await world.emptyDatabase('bench_live')
  const server = await startBenchServer(databaseUrl, world.log)
  const bare = await openBareClient(databaseUrl, await world.emptyDatabase('bench_live_bare'))
  const took: number[] = []
  const bareTook: number[] = []
  try {
    for (let from = 0; from < files.length; from += TURN) {
      for (const file of files.slice(from, from + TURN)) took.push(await sendFile(server.url, TOKEN, file))
      bareTook.push(...(await bare.catchUp()))
    }
  } finally {
    await bare.close()
    await server.close()
  }
  return [
    {
      name: 'a live round, request to receipt, median',
      value: percentile(settled(took), 0.5),
      unit: 'ms',
      peer: { name: 'its bare inserts', value: percentile(settled(bareTook), 0.5) },
      reach: { of: 'ratio', most: 2.5 },
    },
    {
      name: 'the same, 99 of 100',
      value: percentile(settled(took), 0.99),
      unit: 'ms',
      peer: { name: 'its bare inserts', value: percentile(settled(bareTook), 0.99) },
      reach: null,
    },
  ]
}

/** Without the first third: these pay for code that was never run before. */
function settled(took: readonly number[]): number[] {
  return took.slice(Math.floor(took.length / 3))
}
