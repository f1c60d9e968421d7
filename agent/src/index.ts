import type { AgentConfig } from './config.ts'
import { type RunOptions, runAgent } from './run-agent.ts'
import type { RunResult } from './upkeep/keep-healthy.ts'

export { type AgentConfig, ConfigError, loadConfig } from './config.ts'
export type { AgentEvent, FileTimings } from './events.ts'
export type { RunOptions } from './run-agent.ts'
export type { RunResult } from './upkeep/keep-healthy.ts'

export interface RunningAgent {
  done: Promise<RunResult>
  /** Finishes or abandons what is under way, within five seconds. */
  stop(): Promise<RunResult>
}

/** An agent inside this process, for the demo and for tests. */
export function startAgent(
  config: AgentConfig,
  options: Omit<RunOptions, 'signal'> & { signal?: AbortSignal },
): RunningAgent {
  const controller = new AbortController()
  options.signal?.addEventListener('abort', () => controller.abort(), { once: true })
  if (options.signal?.aborted) controller.abort()
  const done = runAgent(config, { ...options, signal: controller.signal })
  return {
    done,
    stop() {
      controller.abort()
      return done
    },
  }
}
