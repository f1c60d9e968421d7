import { benchBareClient } from '../bare-client.ts'
import type { Measurement } from '../measurement.ts'
import { benchPush } from '../push-history.ts'
import { sampleHistory } from '../sample-history.ts'
import type { World } from '../world.ts'

/** A folder of years, by the real agent over HTTP into an empty database, beside a client that has all rows ready. */
export async function backfill(world: World, count?: number): Promise<Measurement[]> {
  const pushed = await world.emptyDatabase('bench_pushed')
  const files = sampleHistory(count ?? (world.isShort ? 200 : 5_000))
  const push = await benchPush(pushed, files, world.log)
  const bare = await benchBareClient(pushed, await world.emptyDatabase('bench_bare'))
  return [
    {
      name: `backfill of ${files.length} files over HTTP, a file`,
      value: 1000 / push.filesPerSecond,
      unit: 'ms',
      peer: { name: 'finished rows by a bare client', value: 1000 / bare },
      reach: { of: 'ratio', most: 1.8 },
    },
    {
      name: 'the same, as a rate',
      value: push.filesPerSecond,
      unit: 'files/s',
      peer: { name: 'bare client', value: bare },
      reach: null,
    },
    {
      name: 'commits a file',
      value: push.commitsPerFile,
      unit: 'commits',
      peer: null,
      reach: { of: 'value', most: 1.1 },
    },
    {
      name: 'memory of the server at the end',
      value: push.lateMegabytes,
      unit: 'MB',
      peer: { name: 'after a tenth of the files', value: push.earlyMegabytes },
      reach: { of: 'ratio', most: 1.25 },
    },
    {
      name: 'import by the receipts, 99 of 100',
      value: push.p99Ms,
      unit: 'ms',
      peer: { name: 'median', value: push.medianMs },
      reach: null,
    },
  ]
}
