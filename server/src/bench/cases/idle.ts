import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { agentProgram } from '@debrief/agent/program'
import { startFakeDiscord } from '../../../../test/support/discord/fake-discord.ts'
import { benchBareNode, benchIdleAgent, costOf, type IdleCost } from '../agent-idle.ts'
import { botSettings } from '../bot-settings.ts'
import type { Measurement } from '../measurement.ts'
import { startServerProcess } from '../server-process.ts'
import type { World } from '../world.ts'

/** Long enough for a scan of the agent to fall into it. */
const WATCH_MS = 65_000

/** The server's memory is given back, once, some two minutes after its start. */
const SERVER_SETTLES_MS = 150_000

/** Agent and server with nothing to do, each beside a Node that does nothing. */
export async function idle(world: World): Promise<Measurement[]> {
  const watchMs = world.isShort ? 1_000 : WATCH_MS
  const program = join(world.folder, 'debrief-agent.cjs')
  await writeFile(program, (await agentProgram()).content)
  const bare = await benchBareNode(watchMs)
  const agents: [number, IdleCost][] = []
  for (const files of world.isShort ? [500] : [5_000, 20_000])
    agents.push([files, await benchIdleAgent(program, files, watchMs)])
  const databaseUrl = await world.emptyDatabase('bench_idle')
  const discord = await startFakeDiscord()
  const process = await startServerProcess({
    ...{ databaseUrl, folder: join(world.folder, 'idle') },
    env: botSettings(discord),
  })
  while (discord.gateway.connected() === 0) await sleep(50)
  const server = await costOf(process.child, 0, watchMs, world.isShort ? 1_000 : SERVER_SETTLES_MS)
  await discord.close()
  const peer = { name: 'Node alone', value: bare.megabytes }
  const cpu = (name: string, value: number): Measurement => ({
    ...{ name: `${name}, of one core`, value, unit: '%' },
    ...{ peer: null, reach: { of: 'value', most: 0.2 } },
  })
  return [
    ...agents.flatMap(([files, cost], index): Measurement[] => [
      {
        name: `idle agent beside ${files} delivered files`,
        value: cost.megabytes,
        unit: 'MB',
        peer,
        reach: index === 0 ? { of: 'excess', most: 60 } : null,
      },
      cpu(`idle agent beside ${files} files`, cost.cpuPercent),
    ]),
    {
      name: 'idle server with its bot',
      value: server.megabytes,
      unit: 'MB',
      peer,
      reach: { of: 'excess', most: 90 },
    },
    cpu('idle server with its bot', server.cpuPercent),
  ]
}
