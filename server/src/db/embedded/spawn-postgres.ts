import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Logger } from 'pino'
import { programEnvironment } from '../../program-environment.ts'
import { removeSocketDir } from './make-socket-dir.ts'
import type { Folder } from './open-folder.ts'
import type { RunningPostgres } from './running-postgres.ts'

export interface SpawnedPostgres extends RunningPostgres {
  pid: number | undefined
}

/** Starts the server's process, which ends with this one. It is not ready yet, and may never be. */
export function spawnPostgres(folder: Folder, pgOptions: string[], log: Logger): SpawnedPostgres {
  const { prefix, ...identity } = folder.runAs
  const [command = '', ...args] = [
    ...prefix,
    ...diesWithParent(),
    folder.binaries.postgres,
    ...settings(folder, pgOptions),
  ]
  const child = spawn(command, args, {
    ...identity,
    cwd: folder.root,
    env: programEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own group: Ctrl-C is for us, who first finish what we are doing.
    detached: true,
  })
  // The server alone is no reason for this process to live on.
  child.unref()
  const words = collectLines(child.stderr, log)
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    child.once('error', error => {
      words.push(String(error))
      resolve()
    })
  })
  const onExit = () => child.kill('SIGINT')
  process.once('exit', onExit)
  void ended.then(() => process.removeListener('exit', onExit))
  log.debug({ pid: child.pid, folder: folder.root }, 'The embedded PostgreSQL was started.')
  return { adopted: false, pid: child.pid, ended, lastWords: () => words.join(' '), stop }

  async function stop(): Promise<void> {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    // Fast shutdown: sessions are ended, what is committed stays. If it hangs, at once: the log is replayed next time.
    child.kill('SIGINT')
    const hurry = setTimeout(() => child.kill('SIGQUIT'), 15_000)
    await once(child, 'exit')
    clearTimeout(hurry)
    await removeSocketDir(folder)
  }
}

function settings({ cluster, socketDir }: Folder, pgOptions: string[]): string[] {
  const options = [
    'listen_addresses=',
    // In double quotes: it is a list, and a path may hold a comma.
    `unix_socket_directories="${socketDir.replaceAll('"', '""')}"`,
    'unix_socket_permissions=0700',
    'timezone=UTC',
    'log_timezone=UTC',
    // Our logger knows the time; the process tells which lines belong together.
    'log_line_prefix=[%p] ',
    'log_checkpoints=off',
    ...pgOptions,
  ]
  return ['-D', cluster, '-p', '5432', ...options.flatMap(option => ['-c', option])]
}

/** Asks the kernel to interrupt the server when this process is gone, which no code here can do after `kill -9`. */
function diesWithParent(): string[] {
  const words = ['setpriv', '--pdeathsig', 'INT']
  const [command = '', ...args] = [...words, 'true']
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0 ? words : []
}

function collectLines(stream: NodeJS.ReadableStream, log: Logger): string[] {
  const last: string[] = []
  if ('unref' in stream && typeof stream.unref === 'function') stream.unref()
  createInterface({ input: stream }).on('line', line => {
    last.push(line)
    if (last.length > 12) last.shift()
    if (line.includes('PANIC:')) log.error({ postgres: line }, 'The embedded PostgreSQL panicked.')
    else log.debug({ postgres: line }, 'The embedded PostgreSQL says:')
  })
  return last
}
