import { type AgentProgram, agentProgram } from '@debrief/agent/program'
import type { Logger } from '../../log/logger.ts'

/**
 * The agent's file, read (and where needed built) once: what is handed out stays that of the version that runs, also
 * while an update replaces the file below it. After a failure the next one who asks tries again.
 */
export function keepAgentProgram({
  log,
  load = agentProgram,
}: {
  log: Logger
  load?: () => Promise<AgentProgram>
}): () => Promise<AgentProgram> {
  let kept: Promise<AgentProgram> | null = null
  return () => {
    kept ??= load().catch(err => {
      kept = null
      log.error({ err }, 'The agent cannot be handed out: it is not built, and building it failed')
      throw err
    })
    return kept
  }
}
