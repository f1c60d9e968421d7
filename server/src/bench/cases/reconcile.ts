import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { agentProgram } from '@debrief/agent/program'
import { benchReconcile } from '../agent-idle.ts'
import type { Measurement } from '../measurement.ts'
import type { World } from '../world.ts'

/** An agent that starts beside a folder whose files its server has all. */
export async function reconcile(world: World): Promise<Measurement[]> {
  const files = world.isShort ? 500 : 20_000
  const program = join(world.folder, 'debrief-agent-reconcile.cjs')
  await writeFile(program, (await agentProgram()).content)
  const { seconds, cpuSeconds, requests } = await benchReconcile(program, files)
  return [
    {
      name: `start beside ${files} delivered files, until all are known`,
      value: seconds,
      unit: 's',
      peer: null,
      reach: { of: 'value', most: 1 },
    },
    {
      name: 'the same, time of the processor',
      value: cpuSeconds,
      unit: 's',
      peer: null,
      reach: { of: 'value', most: 0.5 },
    },
    {
      name: 'the same, questions to the server',
      value: requests,
      unit: 'requests',
      peer: null,
      reach: { of: 'value', most: 3 },
    },
  ]
}
