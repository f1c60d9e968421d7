import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { agentProgram } from '@debrief/agent/program'
import { benchBareNode, benchIdleAgent, costOf, type IdleCost } from '../agent-idle.ts'
import type { Measurement } from '../measurement.ts'
import { startServerProcess } from '../server-process.ts'
import type { World } from '../world.ts'

/** Long enough for a scan of the agent to fall into it, and for what begins with the server to have ended. */
const WATCH_MS = 65_000

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
  const process = await startServerProcess({ databaseUrl, folder: join(world.folder, 'idle') })
  const server = await costOf(process.child, 0, watchMs, world.isShort ? 1_000 : WATCH_MS)
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
    { name: 'idle server', value: server.megabytes, unit: 'MB', peer, reach: { of: 'excess', most: 90 } },
    cpu('idle server', server.cpuPercent),
  ]
}
