import { type AgentStatus, isRunning, readStatus } from '../report/status-file.ts'

const LOOK_MS = 250
/** A folder with a history is asked about and partly sent by then; more is told by `status`. */
const LIMIT_MS = 15_000
/** The first look at the folder is over by then. */
const SETTLE_MS = 3_000

/**
 * What the service says of itself once it has spoken to the server: nothing waits any more, or something is wrong; at
 * the latest after 15 s. Null: it has not said anything.
 */
export async function awaitStart(stateDir: string, since: Date): Promise<AgentStatus | null> {
  const begin = performance.now()
  let status: AgentStatus | null = null
  while (performance.now() - begin < LIMIT_MS) {
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    status = await readStatus(stateDir).catch(() => null)
    if (!status || !isRunning(status) || Date.parse(status.startedAt) < since.getTime()) continue
    const isTroubled = status.serverProblem !== null || status.sources.some(source => source.problem)
    const isIdle = status.sources.every(source => source.waitingCount === 0)
    if (isTroubled || (isIdle && performance.now() - begin > SETTLE_MS)) break
  }
  return status
}
