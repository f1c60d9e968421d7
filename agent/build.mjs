// Builds dist/debrief-agent.cjs, or the file that is named. Plain JavaScript, so that Node alone can start it.
import { resolve } from 'node:path'
import { register } from 'tsx/esm/api'

register()
const [{ buildAgent }, { AGENT_FILE }] = await Promise.all([
  import('./build/build-agent.ts'),
  import('./build/is-built.ts'),
])
const { file, bytes } = await buildAgent(process.argv[2] ? resolve(process.argv[2]) : AGENT_FILE)
process.stdout.write(`${file}: ${Math.round(bytes / 1024)} KiB\n`)
