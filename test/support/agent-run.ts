import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AgentEvent, type RunningAgent, type RunOptions, startAgent } from '@debrief/agent'
import pino from 'pino'
import { type AgentConfig, loadConfig } from '../../agent/src/config.ts'

/** Short enough for a test, long enough for two slow cores. */
const QUICK_HTTP = { connectMs: 2_000, silenceMs: 700, totalMs: 2_000 }

export interface AgentRun extends RunningAgent {
  events: AgentEvent[]
  log: Record<string, unknown>[]
}

/** A folder for one test, removed when it ends. */
export async function testFolder(t: { teardown(fn: () => unknown): unknown }): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-agent-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  return dir
}

export function agentConfig(url: string, dir: string, more: Record<string, string> = {}): AgentConfig {
  const env = {
    INGEST_URL: url,
    INGEST_TOKEN: 'good-token',
    GAMESTATS_DIR: dir,
    SCAN_SECONDS: '1',
    STATE_DIR: `${dir}.state`,
  }
  return loadConfig({ ...env, ...more })
}

/** An agent in this process that is stopped with the test. Failures are waited for a tenth as long as in earnest. */
export function runTestAgent(
  t: { teardown(fn: () => unknown): unknown },
  config: AgentConfig,
  options: Partial<RunOptions> = {},
): AgentRun {
  const events: AgentEvent[] = []
  const log: Record<string, unknown>[] = []
  const logger = pino({ level: 'debug', base: null }, { write: line => void log.push(JSON.parse(line)) })
  const agent = startAgent(config, {
    log: logger,
    random: () => 0.1,
    httpTimeouts: QUICK_HTTP,
    ...options,
    onEvent: event => {
      events.push(event)
      options.onEvent?.(event)
    },
  })
  t.teardown(async () => {
    await agent.stop()
    await rm(config.stateDir, { recursive: true, force: true })
  })
  return { ...agent, events, log }
}

let second = 0
/** A name that no other test of this process has used. */
export function roundName(map = 'supply', round = 1): string {
  second++
  const two = (value: number) => String(value).padStart(2, '0')
  const time = `${two(Math.floor(second / 3600) % 24)}${two(Math.floor(second / 60) % 60)}${two(second % 60)}`
  return `2026-05-05-${time}-${map}-round-${round}.txt`
}

export async function writeRound(
  dir: string,
  name = roundName(),
  content = `header of ${name}\nline\n`,
): Promise<string> {
  await writeFile(join(dir, name), content)
  return name
}
