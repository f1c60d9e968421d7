import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pino from 'pino'
import t from 'tap'
import { systemClock } from '../../../agent/src/clock.ts'
import { Gate } from '../../../agent/src/delivery/gate.ts'
import { RecentDeliveries } from '../../../agent/src/delivery/recent-deliveries.ts'
import { Reconciler } from '../../../agent/src/delivery/reconcile.ts'
import { connectIngestServer } from '../../../agent/src/http/ingest-server.ts'
import { openHistory } from '../../../agent/src/report/history.ts'
import { folderSource } from '../../../agent/src/source/folder.ts'
import { testFolder, writeRound } from '../../support/agent-run.ts'
import { startFakeIngest } from '../../support/fake-ingest.ts'
import { until } from '../../support/until.ts'

t.test('a start looks at everything once, and misses nothing that comes while it looks', async t => {
  const root = await testFolder(t)
  const dir = join(root, 'gamestats')
  await mkdir(dir)
  const ingest = await startFakeIngest()
  t.teardown(() => ingest.stop())
  const server = connectIngestServer({
    ingestUrl: new URL(ingest.url),
    token: () => 'good-token',
    caCert: null,
  })
  t.teardown(() => server.close())
  const folder = folderSource(dir)
  let lists = 0
  const reconciler = new Reconciler({
    source: {
      ...folder,
      async list(signal, recall) {
        lists++
        const listing = await folder.list(signal, recall)
        // Not on the list that is handed over.
        if (lists === 1) await writeRound(dir)
        return listing
      },
    },
    ...{ server, gate: new Gate({ clock: systemClock }), clock: systemClock, recent: new RecentDeliveries() },
    history: await openHistory(join(root, 'state'), () => {}),
    log: pino({ level: 'silent' }),
    // No second list within this test but one that something asks for.
    scanSeconds: 3_600,
    emit: () => {},
    onChange: () => {},
  })
  for (let i = 0; i < 5; i++) await writeRound(dir)
  const stop = new AbortController()
  const ended = reconciler.run(stop.signal, stop.signal)
  await until('all six are there', () => ingest.files().size === 6)
  t.equal(lists, 1)
  stop.abort()
  await ended
})
