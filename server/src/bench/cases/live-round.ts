import { benchBareClient } from '../bare-client.ts'
import { type Measurement, percentile } from '../measurement.ts'
import { sampleHistory } from '../sample-history.ts'
import { sendFile } from '../send-file.ts'
import { startBenchServer, TOKEN } from '../start-bench-server.ts'
import type { World } from '../world.ts'

/** One file after the other, as an evening brings them: from the request to the receipt, beside the bare inserts. */
export async function liveRound(world: World): Promise<Measurement[]> {
  const databaseUrl = await world.emptyDatabase('bench_live')
  const server = await startBenchServer(databaseUrl, world.log)
  const took: number[] = []
  try {
    for (const file of sampleHistory(world.isShort ? 40 : 300)) {
      took.push(await sendFile(server.url, TOKEN, file))
    }
  } finally {
    await server.close()
  }
  const bare = await benchBareClient(databaseUrl, await world.emptyDatabase('bench_live_bare'))
  // The first ones pay for code that was never run before.
  const settled = took.slice(Math.floor(took.length / 3))
  return [
    {
      name: 'a live round, request to receipt, median',
      value: percentile(settled, 0.5),
      unit: 'ms',
      peer: { name: 'its bare inserts', value: 1000 / bare },
      reach: { of: 'ratio', most: 2.5 },
    },
    {
      name: 'the same, 99 of 100',
      value: percentile(settled, 0.99),
      unit: 'ms',
      peer: null,
      reach: null,
    },
  ]
}
