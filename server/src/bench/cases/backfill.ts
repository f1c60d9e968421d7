import { openBareClient } from '../bare-client.ts'
import { type Measurement, percentile } from '../measurement.ts'
import { openPush } from '../push-history.ts'
import { sampleHistory } from '../sample-history.ts'
import type { World } from '../world.ts'

/** The push and the bare client take turns with parts of the history. */
const PARTS = 10

/** A folder of years, by the real agent over HTTP into an empty database, beside a client that has all rows ready. */
export async function backfill(world: World, count?: number): Promise<Measurement[]> {
  const files = sampleHistory(count ?? (world.isShort ? 200 : 5_000))
  const parts = world.isShort ? 2 : PARTS
  const pushed = await world.emptyDatabase('bench_pushed')
  const push = await openPush(world, pushed)
  const bare = await openBareClient(pushed, await world.emptyDatabase('bench_bare'))
  const bareMs: number[] = []
  const megabytes: number[] = []
  try {
    for (let part = 0; part < parts; part += 1) {
      const [from, to] = [part, part + 1].map(end => Math.round((end * files.length) / parts))
      await push.push(files.slice(from, to))
      megabytes.push(await push.megabytes())
      bareMs.push(...(await bare.catchUp()))
    }
    const { msPerFile, commitsPerFile, tookMs } = await push.result()
    const bareMsPerFile = bareMs.reduce((sum, ms) => sum + ms, 0) / bareMs.length
    return [
      {
        name: `backfill of ${files.length} files over HTTP, a file`,
        value: msPerFile,
        unit: 'ms',
        peer: { name: 'finished rows by a bare client', value: bareMsPerFile },
        reach: { of: 'ratio', most: 1.8 },
      },
      {
        name: 'the same, as a rate',
        value: 1000 / msPerFile,
        unit: 'files/s',
        peer: { name: 'bare client', value: 1000 / bareMsPerFile },
        reach: null,
      },
      {
        name: 'commits a file',
        value: commitsPerFile,
        unit: 'commits',
        peer: null,
        reach: { of: 'value', most: 1.1 },
      },
      {
        name: 'memory of the server at the end',
        value: megabytes.at(-1) ?? 0,
        unit: 'MB',
        peer: { name: `after ${Math.round(files.length / parts)} files`, value: megabytes[0] ?? 0 },
        reach: { of: 'ratio', most: 1.25 },
      },
      {
        name: 'import by the receipts, 99 of 100',
        value: percentile(tookMs, 0.99),
        unit: 'ms',
        peer: { name: 'median', value: percentile(tookMs, 0.5) },
        reach: null,
      },
    ]
  } finally {
    await bare.close()
    await push.close()
  }
}
