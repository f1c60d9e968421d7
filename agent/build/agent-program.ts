import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AGENT_FILE, isBuilt } from './is-built.ts'

export interface AgentProgram {
  content: Buffer
  /** Hexadecimal. */
  sha256: string
}

/**
 * The one file of this very version, built first if it is missing or older than its sources (a second or two). The
 * builder is loaded only then: a release brings the file. Throws if it is neither there nor can be built.
 */
export async function agentProgram(file = AGENT_FILE): Promise<AgentProgram> {
  if (!(await isBuilt(file))) {
    const { buildAgent } = await import('./build-agent.ts')
    await buildAgent(file)
  }
  const content = await readFile(file)
  return { content, sha256: createHash('sha256').update(content).digest('hex') }
}
