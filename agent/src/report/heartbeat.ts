import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import type { HeartbeatRequest, Waker } from '@debrief/shared'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Gate } from '../delivery/gate.ts'
import type { IngestServer } from '../http/ingest-server.ts'
import { VERSION } from '../version.ts'
import type { SourceStatus } from './status-file.ts'

const EVERY_MS = 60_000
/** After a change: soon, but not at each of a hundred files. */
const AT_MOST_EVERY_MS = 5_000
/** An older server does not know the address; it may be a newer one in an hour. */
const UNKNOWN_ROUTE_MS = 3_600_000
const CLOCK_OFF_MS = 60_000

interface HeartbeatContext {
  server: IngestServer
  gate: Gate
  clock: Clock
  log: Logger
  waker: Waker
  startedAt: Date
  sources: () => SourceStatus[]
  /** What the server told of itself. `offMs`: how far the clocks are apart. */
  onAnswer: (answer: { offMs: number; serverVersion: string }) => void
}

/** Tells the server every minute, and soon after a change, that this agent lives and what it holds back. */
export async function beat(context: HeartbeatContext, signal: AbortSignal): Promise<void> {
  const { server, gate, clock, log, waker } = context
  let clockWarned = false
  while (!signal.aborted) {
    let pause = EVERY_MS
    for (const source of context.sources()) {
      const sentAt = clock.wall()
      const outcome = await server.heartbeat(toHeartbeat(source, context, sentAt), signal).catch(error => {
        if (signal.aborted) return null
        throw error
      })
      if (!outcome) return
      gate.hear(outcome)
      switch (outcome.kind) {
        case 'answered': {
          const { serverTime, version } = outcome.answer
          const offMs = Math.round((sentAt + clock.wall()) / 2 - Date.parse(serverTime))
          context.onAnswer({ offMs, serverVersion: version })
          if (Math.abs(offMs) > CLOCK_OFF_MS && !clockWarned) {
            clockWarned = true
            log.warn({ offMs }, 'the clock of this host and that of the server differ by more than a minute')
          }
          break
        }
        case 'unknown_route':
          pause = UNKNOWN_ROUTE_MS
          break
        case 'retry':
          pause = Math.min(Math.max(pause, outcome.retryAfterMs ?? 0), UNKNOWN_ROUTE_MS)
          log.debug({ reason: outcome.reason }, 'no heartbeat')
          break
        case 'unauthorized':
          log.debug({ reason: outcome.reason }, 'no heartbeat')
          break
      }
    }
    await clock.sleep(Math.min(AT_MOST_EVERY_MS, pause), signal)
    if (pause === EVERY_MS) await waker.wait(EVERY_MS - AT_MOST_EVERY_MS, signal)
    else await clock.sleep(pause, signal)
  }
}

function toHeartbeat(source: SourceStatus, context: HeartbeatContext, now: number): HeartbeatRequest {
  const lastError = source.problem ?? (source.waitingCount > 0 ? context.gate.reason() : null)
  return {
    agentId: agentId(source),
    version: VERSION.slice(0, 32),
    source: source.kind,
    startedAt: context.startedAt.toISOString(),
    sentAt: new Date(now).toISOString(),
    waiting: source.waitingCount,
    oldestWaitingAt: source.oldestWaitingAt,
    lastError: lastError?.slice(0, 500) ?? null,
  }
}

/** The same after each start, another for each host and folder; says nothing about either. */
function agentId(source: SourceStatus): string {
  return createHash('sha256')
    .update(`${hostname()} ${source.kind} ${source.place}`)
    .digest('hex')
    .slice(0, 16)
}
