import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFakeDiscord } from '../../../../test/support/discord/fake-discord.ts'
import { sampleFiles } from '../../sample/sample-files.ts'
import { botSettings } from '../bot-settings.ts'
import { type Measurement, percentile } from '../measurement.ts'
import { DAYS_APART } from '../sample-history.ts'
import { startBenchServer } from '../start-bench-server.ts'
import { throughAgent } from '../through-agent.ts'
import type { World } from '../world.ts'

const DAY_MS = 86_400_000
/** Discord takes five messages in five seconds, and the session's report is one of them. */
const PAUSE_MS = 2_000

/** From the game's close of a file to the moment when Discord (the tests' stand-in) is given its post. */
export async function closeToPost(world: World): Promise<Measurement[]> {
  const discord = await startFakeDiscord()
  const server = await startBenchServer(
    await world.emptyDatabase('bench_post'),
    world.log,
    botSettings(discord),
  )
  const path = new RegExp(`/channels/${discord.state.statsChannelId}/messages$`)
  let posted = () => {}
  discord.misbehave(({ method, path: asked }) => {
    if (method === 'POST' && path.test(asked)) posted()
    return null
  })
  try {
    while (discord.gateway.connected() === 0) await sleep(50)
    const took = await throughAgent({
      url: server.url,
      dir: join(world.folder, 'post'),
      files: recentEvenings(world.isShort ? 3 : 40),
      pauseMs: PAUSE_MS,
      arrival: () => new Promise(resolve => (posted = resolve)),
    })
    return [
      {
        name: 'close of a file to its post, 99 of 100',
        value: percentile(took.slice(Math.floor(took.length / 5)), 0.99),
        unit: 'ms',
        peer: null,
        reach: { of: 'value', most: 250 },
      },
      { name: 'the same, median', value: percentile(took, 0.5), unit: 'ms', peer: null, reach: null },
    ]
  } finally {
    await server.close()
    await discord.close()
  }
}

/** The sample evening, on the last days before today: what is old is not announced. */
function recentEvenings(count: number) {
  const samples = sampleFiles()
  const evenings = Math.ceil(count / samples.length)
  const first = Date.parse(samples[0]?.name.slice(0, 10) ?? '')
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  return Array.from({ length: evenings }, (_, turn) =>
    samples.map(({ name, content }) => {
      const daysIn = Date.parse(name.slice(0, 10)) - first
      const day = new Date(today - (evenings - turn) * DAYS_APART * DAY_MS + daysIn)
      return { name: day.toISOString().slice(0, 10) + name.slice(10), content }
    }),
  )
    .flat()
    .slice(0, count)
}
