import { join } from 'node:path'
import { startAgent } from '@debrief/agent'
import { pino } from 'pino'

/** The agent of the benchmark, in a process of its own as on a game server. Sends the milliseconds of each import. */
const [url = '', token = '', dir = '', count = '0'] = process.argv.slice(2)
let delivered = 0
const agent = startAgent(
  {
    ingestUrl: new URL(url),
    token,
    tokenFile: null,
    caCert: null,
    scanSeconds: 60,
    stateDir: join(dir, 'state'),
    logLevel: 'silent',
    folder: { dir },
    ssh: null,
  },
  {
    log: pino({ level: 'silent' }),
    onEvent(event) {
      if (event.kind !== 'delivered') return
      process.send?.(event.receipt.tookMs)
      delivered += 1
      if (delivered === Number(count)) void agent.stop().then(() => process.disconnect())
    },
  },
)
