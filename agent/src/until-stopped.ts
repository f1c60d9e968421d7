import type { Logger } from 'pino'
import type { RunResult } from './upkeep/keep-healthy.ts'

/** A service has 5 s to end. */
const STOP_MS = 4_000

interface Parts {
  /** `soft` ends the loops, `hard` also what is under way. */
  work: (soft: AbortSignal, hard: AbortSignal) => Promise<unknown>[]
  health: (soft: AbortSignal) => Promise<RunResult>
}

/** Runs all parts until the signal, or until one of them asks for a new start; waits for what is under way. */
export async function untilStopped(signal: AbortSignal, log: Logger, parts: Parts): Promise<RunResult> {
  const soft = new AbortController()
  const hard = new AbortController()
  const stop = () => soft.abort()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const abandon = () => setTimeout(() => hard.abort(), STOP_MS).unref()
  soft.signal.addEventListener('abort', abandon, { once: true })
  try {
    const health = parts.health(soft.signal).then(result => {
      soft.abort()
      return result
    })
    await Promise.all(parts.work(soft.signal, hard.signal))
    const result = await health
    const reason = result.kind === 'restart' ? { reason: result.reason } : {}
    log.info({ result: result.kind, ...reason }, 'the agent ends')
    return result
  } finally {
    soft.abort()
    hard.abort()
    signal.removeEventListener('abort', stop)
  }
}
