import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AGENT_FILE, isBuilt } from './is-built.ts'

export interface AgentProgram {
  content: Buffer
  /** Hexadecimal. */
  sha256: string
}

/**
 * The one file of this very version, built first if it is missing or of other sources (a second or two). The
 * builder is loaded only then: a release brings the file. Throws if it is neither there nor can be built.
 */
export async function agentProgram(file = AGENT_FILE): Promise<AgentProgram> {
  const content = (await isBuilt(file)) ? await readFile(file) : await build(file)
  return { content, sha256: createHash('sha256').update(content).digest('hex') }
}

async function build(file: string): Promise<Buffer> {
  const { makeAgent, writeAgent } = await import('./build-agent.ts')
  const made = await makeAgent()
  // A service may not write into its clone, and needs no file: what was made is handed out, and made again at the next start.
  await writeAgent(file, made).catch(() => {})
  return Buffer.from(made.program)
}
