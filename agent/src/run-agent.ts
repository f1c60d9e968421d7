import type { Logger } from 'pino'
import { createBell } from './bell.ts'
import { type Clock, systemClock } from './clock.ts'
import type { AgentConfig } from './config.ts'
import { createGate } from './delivery/gate.ts'
import { createReconciler, type Reconciler } from './delivery/reconcile.ts'
import type { AgentEvent } from './events.ts'
import type { HttpTimeouts } from './http/call.ts'
import { connectIngestServer } from './http/ingest-server.ts'
import { beat } from './report/heartbeat.ts'
import { openHistory } from './report/history.ts'
import { type AgentStatus, writeStatus } from './report/status-file.ts'
import { createNotifier } from './sd-notify.ts'
import { folderSource } from './source/folder.ts'
import type { SshTimeouts } from './source/ssh-session.ts'
import { holdToken } from './token.ts'
import { VERSION } from './version.ts'

export interface RunOptions {
  log: Logger
  /** Ends the agent: what is under way may take until `STOP_MS`, then it is abandoned. Nothing is lost by it. */
  signal: AbortSignal
  onEvent?: (event: AgentEvent) => void
  env?: Record<string, string | undefined>
  /** Where the settings came from, to find a new token there. */
  envFile?: string | null
  clock?: Clock
  random?: () => number
  httpTimeouts?: HttpTimeouts
  sshTimeouts?: SshTimeouts
}

/** `restart`: only a fresh start can help; systemd makes one, with the settings and the folders of that moment. */
export type RunResult = { kind: 'stopped' } | { kind: 'restart'; reason: string }

/** A service has 5 s to end. */
const STOP_MS = 4_000
const TOKEN_LOOK_MS = 5_000
/** Under systemd the settings and the view of the folder are those of the start: after this long, start anew. */
const RESTART_AFTER_MS = 60_000

/** The agent, until the signal. */
export async function runAgent(config: AgentConfig, options: RunOptions): Promise<RunResult> {
  const { log, clock = systemClock, env = {}, random } = options
  const token = holdToken(config.token, { tokenFile: config.tokenFile, envFile: options.envFile ?? null })
  const server = connectIngestServer({
    ingestUrl: config.ingestUrl,
    token: token.current,
    caCert: config.caCert,
    ...(options.httpTimeouts ? { timeouts: options.httpTimeouts } : {}),
  })
  const gate = createGate({ clock, ...(random ? { random } : {}) })
  const notifier = createNotifier(env, log)
  const faultOfState = complainOnce(log)
  const history = await openHistory(config.stateDir, faultOfState)
  const startedAt = new Date(clock.wall())
  const statusBell = createBell(clock)
  const heartbeatBell = createBell(clock)
  let lastUpload: AgentStatus['lastUpload'] = null
  let clockOffMs: number | null = null

  const soft = new AbortController()
  const hard = new AbortController()
  const stop = () => soft.abort()
  options.signal.addEventListener('abort', stop, { once: true })
  if (options.signal.aborted) stop()

  function emit(event: AgentEvent): void {
    if (event.kind === 'delivered' || event.kind === 'rejected') {
      const outcome = event.kind === 'delivered' ? event.receipt.status : 'rejected'
      lastUpload = { name: event.name, at: new Date(clock.wall()).toISOString(), outcome }
    }
    options.onEvent?.(event)
  }

  const shared = {
    ...{ server, gate, clock, now: clock.now, log, history, emit },
    ...{
      confirmed: new Map<string, string>(),
      sending: new Set<string>(),
      onChange: () => statusBell.ring(),
    },
    ...(random ? { random } : {}),
  }
  const reconcilers: Reconciler[] = []
  const sources = []
  if (config.folder) {
    const source = folderSource(config.folder.dir)
    sources.push(source)
    reconcilers.push(createReconciler({ ...shared, source, scanSeconds: config.scanSeconds }))
  }
  if (config.ssh) {
    // Loaded only where it is needed: it is a large part of the program.
    const { sftpSource } = await import('./source/sftp.ts')
    const source = sftpSource(config.ssh, options.sshTimeouts)
    sources.push(source)
    reconcilers.push(createReconciler({ ...shared, source, scanSeconds: config.ssh.pollSeconds }))
  }

  function status(): AgentStatus {
    return {
      version: VERSION,
      pid: process.pid,
      startedAt: startedAt.toISOString(),
      writtenAt: new Date(clock.wall()).toISOString(),
      server: config.ingestUrl.origin,
      serverProblem: gate.reason(),
      tokenRefused: gate.isRefused(),
      lastUpload,
      clockOffMs,
      sources: reconcilers.map(reconciler => reconciler.status()),
    }
  }

  /** Written when something changed, at most once a second; an idle agent writes nothing. */
  async function keepStatus(signal: AbortSignal): Promise<void> {
    let before = ''
    while (!signal.aborted) {
      await statusBell.wait(3_600_000, signal)
      const now = status()
      const essence = JSON.stringify({ ...now, writtenAt: null, clockOffMs: null })
      if (essence !== before) {
        await writeStatus(config.stateDir, now).catch(faultOfState)
        if (headline(now) !== lastHeadline) heartbeatBell.ring()
        lastHeadline = headline(now)
        notifier.send(`STATUS=${lastHeadline}`)
      }
      before = essence
      await clock.sleep(1_000, signal)
    }
  }
  let lastHeadline = ''

  /** What can only be mended from outside: a refused token, a folder that is gone. Resolves if a new start is needed. */
  async function keepHealthy(signal: AbortSignal): Promise<RunResult> {
    let refusedFor = 0
    let missingFor = 0
    let loud = false
    while (!signal.aborted) {
      await clock.sleep(TOKEN_LOOK_MS, signal)
      if (signal.aborted) break
      refusedFor = gate.isRefused() ? refusedFor + TOKEN_LOOK_MS : 0
      missingFor = reconcilers.some(reconciler => reconciler.isPlaceGone()) ? missingFor + TOKEN_LOOK_MS : 0
      if (gate.isRefused() && !loud) {
        log.error(
          { reason: gate.reason() },
          'THE SERVER REFUSES THE TOKEN. Nothing is uploaded and nothing is lost. Put a valid token into the settings; it is found by itself',
        )
      }
      loud = gate.isRefused()
      if (gate.isRefused() && (await token.refresh())) {
        log.info('a new token was found; trying it')
        gate.reopen()
      }
      if (!notifier.active) continue
      if (refusedFor >= RESTART_AFTER_MS)
        return { kind: 'restart', reason: 'the token is refused; starting anew to read the settings again' }
      if (missingFor >= RESTART_AFTER_MS)
        return { kind: 'restart', reason: 'the folder is gone; starting anew to look for it again' }
    }
    return { kind: 'stopped' }
  }

  async function keepWatchdog(signal: AbortSignal): Promise<void> {
    notifier.send('READY=1', 'STATUS=Looking at what is there.')
    if (!notifier.watchdogMs) return
    const stuckMs = Math.max(config.scanSeconds, config.ssh?.pollSeconds ?? 0) * 1000 * 3 + 300_000
    while (!signal.aborted) {
      await clock.sleep(notifier.watchdogMs / 2, signal)
      const isAlive = reconcilers.every(reconciler => clock.now() - reconciler.lastProgress() < stuckMs)
      if (isAlive && !signal.aborted) notifier.send('WATCHDOG=1')
    }
  }

  const places = sources.map(source => source.place)
  log.info({ version: VERSION, server: config.ingestUrl.origin, places, pid: process.pid }, 'the agent runs')
  const signal = soft.signal
  const work = Promise.all([
    ...reconcilers.map(reconciler => reconciler.run(signal, hard.signal)),
    beat(
      {
        ...{ server, gate, clock, log, startedAt, bell: heartbeatBell },
        sources: () => reconcilers.map(reconciler => reconciler.status()),
        onClock: offMs => {
          clockOffMs = offMs
        },
      },
      signal,
    ),
    keepStatus(signal),
    keepWatchdog(signal),
  ])
  try {
    const health = keepHealthy(signal).then(result => {
      soft.abort()
      return result
    })
    const limit = new Promise<void>(resolve => {
      signal.addEventListener('abort', () => setTimeout(resolve, STOP_MS).unref(), { once: true })
    }).then(() => hard.abort())
    await Promise.race([work, limit])
    await work
    const result = await health
    log.info(
      { result: result.kind, ...(result.kind === 'restart' ? { reason: result.reason } : {}) },
      'the agent ends',
    )
    return result
  } finally {
    soft.abort()
    hard.abort()
    options.signal.removeEventListener('abort', stop)
    notifier.send('STOPPING=1')
    await Promise.all(sources.map(source => source.close()))
    server.close()
    await history.flush()
    await writeStatus(config.stateDir, { ...status(), pid: 0 }).catch(faultOfState)
  }
}

/** One line for `systemctl status`. */
function headline(status: AgentStatus): string {
  const waiting = status.sources.reduce((sum, source) => sum + source.waitingCount, 0)
  const delivered = status.sources.reduce((sum, source) => sum + source.delivered, 0)
  const problem = status.sources.find(source => source.problem)?.problem ?? status.serverProblem
  return `${delivered} delivered, ${waiting} waiting${problem ? `. ${problem}` : ''}`
}

function complainOnce(log: Logger): (error: unknown) => void {
  let complained = false
  return error => {
    if (complained) return
    complained = true
    const problem = error instanceof Error ? error.message : String(error)
    log.warn(
      { problem },
      'STATE_DIR cannot be written; `status` and `explain` know less, everything else goes on',
    )
  }
}
