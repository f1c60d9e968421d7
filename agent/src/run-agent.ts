import { createWaker } from '@debrief/shared'
import type { Logger } from 'pino'
import { type Clock, systemClock } from './clock.ts'
import type { AgentConfig } from './config.ts'
import { createDatabaseWatch, type DatabaseWatch } from './delivery/database-watch.ts'
import { Gate } from './delivery/gate.ts'
import { RecentDeliveries } from './delivery/recent-deliveries.ts'
import { Reconciler } from './delivery/reconcile.ts'
import type { AgentEvent } from './events.ts'
import type { HttpTimeouts } from './http/http-timeouts.ts'
import { connectIngestServer } from './http/ingest-server.ts'
import { createFacts } from './report/agent-facts.ts'
import { durationText } from './report/duration-text.ts'
import { beat } from './report/heartbeat.ts'
import { openHistory } from './report/history.ts'
import { type AgentStatus, writeStatus } from './report/status-file.ts'
import { createNotifier } from './sd-notify.ts'
import { folderSource } from './source/folder.ts'
import type { FileSource } from './source/source.ts'
import type { SshTimeouts } from './source/ssh-session.ts'
import { holdToken } from './token.ts'
import { untilStopped } from './until-stopped.ts'
import { complainOnce } from './upkeep/complain-once.ts'
import { keepHealthy, type RunResult } from './upkeep/keep-healthy.ts'
import { keepStatus } from './upkeep/keep-status.ts'
import { keepWatchdog } from './upkeep/keep-watchdog.ts'
import { VERSION } from './version.ts'

export interface RunOptions {
  log: Logger
  /** Ends the agent: what is under way may take some seconds, then it is abandoned. Nothing is lost by it. */
  signal: AbortSignal
  onEvent?: (event: AgentEvent) => void
  env?: Record<string, string | undefined>
  /** Where the settings came from, to find a new token there. */
  envFile?: string | null
  /** The folder's path holds a link, and the sandbox hides whether it is turned. */
  isLinked?: boolean
  clock?: Clock
  random?: () => number
  httpTimeouts?: HttpTimeouts
  sshTimeouts?: SshTimeouts
}

/** The agent, until the signal: its parts, made and tied together. */
export async function runAgent(config: AgentConfig, options: RunOptions): Promise<RunResult> {
  const { log, clock = systemClock } = options
  const random = options.random ? { random: options.random } : {}
  const onFault = complainOnce(log)
  const statusWaker = createWaker(clock.sleep)
  const heartbeatWaker = createWaker(clock.sleep)
  const token = holdToken(config.token, { tokenFile: config.tokenFile, envFile: options.envFile ?? null })
  const gate = new Gate({ clock, ...random })
  const databases = createDatabaseWatch()
  const server = connectIngestServer({
    ...{ ingestUrl: config.ingestUrl, token: token.current, caCert: config.caCert },
    ...(options.httpTimeouts ? { timeouts: options.httpTimeouts } : {}),
    onDatabase: databases.hear,
  })
  const facts = createFacts(config, clock)
  const sources = await openSources(config, options)
  const shared = {
    ...{ server, gate, clock, log, ...random },
    history: await openHistory(config.stateDir, onFault),
    recent: new RecentDeliveries(),
    onChange: () => statusWaker.wake(),
    emit(event: AgentEvent) {
      facts.note(event)
      options.onEvent?.(event)
    },
  }
  const reconcilers = sources.map(source => new Reconciler({ ...shared, ...source }))
  const status = (): AgentStatus => ({
    ...facts.status(),
    ...{ serverProblem: gate.reason(), tokenRefused: gate.isRefused() },
    sources: reconcilers.map(reconciler => reconciler.status()),
  })
  followServer({ databases, gate, log, reconcilers })
  const notifier = createNotifier(options.env ?? {}, log)
  const places = sources.map(({ source }) => source.place)
  log.info({ version: VERSION, server: config.ingestUrl.origin, places, pid: process.pid }, 'the agent runs')
  const heartbeats = {
    ...{ server, gate, clock, log, startedAt: facts.startedAt, waker: heartbeatWaker },
    sources: () => status().sources,
    onAnswer: facts.noteServer,
  }
  const statuses = {
    ...{ status, stateDir: config.stateDir, clock, waker: statusWaker, notifier, onFault },
    onHeadline: () => heartbeatWaker.wake(),
  }
  const watchdog = {
    ...{ notifier, clock, scanSeconds: Math.max(...sources.map(({ scanSeconds }) => scanSeconds)) },
    lastProgress: () => reconcilers.map(reconciler => reconciler.lastProgress()),
  }
  const health = {
    ...{ gate, token, clock, log, isSupervised: notifier.active },
    isPlaceGone: () => reconcilers.some(reconciler => reconciler.isPlaceGone()),
    ...{ isLinked: options.isLinked ?? false, quietSince: facts.quietSince },
  }
  try {
    return await untilStopped(options.signal, log, {
      work: (soft, hard) => [
        ...reconcilers.map(reconciler => reconciler.run(soft, hard)),
        ...[beat(heartbeats, soft), keepStatus(statuses, soft), keepWatchdog(watchdog, soft)],
      ],
      health: soft => keepHealthy(health, soft),
    })
  } finally {
    notifier.send('STOPPING=1')
    await Promise.all(sources.map(({ source }) => source.close()))
    server.close()
    await shared.history.flush()
    await writeStatus(config.stateDir, { ...status(), pid: 0 }).catch(onFault)
  }
}

/** What is done when another database answers than before, and said when the server is back. */
function followServer({
  databases,
  gate,
  log,
  reconcilers,
}: {
  databases: DatabaseWatch
  gate: Gate
  log: Logger
  reconcilers: readonly Reconciler[]
}): void {
  databases.onChange(({ before, now }) => {
    log.warn(
      { before, now },
      'another database answers than before; the server is asked about every file again',
    )
    for (const reconciler of reconcilers) reconciler.askAnew()
  })
  gate.onChange(recovery => {
    if (recovery?.wasOutage && !recovery.wasRefused)
      log.info(`the server is back after ${durationText(recovery.awayMs)}`)
  })
}

/** Where files come from, and how often each is looked at as a whole. */
async function openSources(
  config: AgentConfig,
  { sshTimeouts }: RunOptions,
): Promise<{ source: FileSource; scanSeconds: number }[]> {
  const sources: { source: FileSource; scanSeconds: number }[] = []
  if (config.folder)
    sources.push({ source: folderSource(config.folder.dir), scanSeconds: config.scanSeconds })
  if (config.ssh) {
    // Loaded only where it is needed: it is a large part of the program.
    const { sftpSource } = await import('./source/sftp.ts')
    sources.push({ source: sftpSource(config.ssh, sshTimeouts), scanSeconds: config.ssh.pollSeconds })
  }
  return sources
}
