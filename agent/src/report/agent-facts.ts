import type { Clock } from '../clock.ts'
import type { AgentConfig } from '../config.ts'
import type { AgentEvent } from '../events.ts'
import { VERSION } from '../version.ts'
import type { AgentStatus } from './status-file.ts'

/** What the agent knows of itself and of its server, for `status`. */
export function createFacts(config: AgentConfig, clock: Clock) {
  const startedAt = new Date(clock.wall())
  let quietSince = clock.now()
  let lastUpload: AgentStatus['lastUpload'] = null
  let clockOffMs: number | null = null
  let serverVersion: string | null = null
  return {
    startedAt,
    quietSince: () => quietSince,
    note(event: AgentEvent): void {
      // One that cannot be delivered is tried for ever, and is no news.
      if (event.kind !== 'retrying') quietSince = clock.now()
      if (event.kind !== 'delivered' && event.kind !== 'rejected') return
      const outcome = event.kind === 'delivered' ? event.receipt.status : 'rejected'
      lastUpload = { name: event.name, at: new Date(clock.wall()).toISOString(), outcome }
    },
    noteServer(told: { offMs: number; serverVersion: string }): void {
      clockOffMs = told.offMs
      serverVersion = told.serverVersion
    },
    status: () => ({
      ...{ version: VERSION, pid: process.pid, server: config.ingestUrl.origin, serverVersion },
      ...{ startedAt: startedAt.toISOString(), writtenAt: new Date(clock.wall()).toISOString() },
      ...{ lastUpload, clockOffMs },
    }),
  }
}
