import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../server/src/bench/free-port.ts'

const run = promisify(execFile)

export interface Sshd {
  port: number
  user: string
  keyFile: string
  /** As `ssh-keygen -lf` prints it. */
  fingerprint: string
  stop(): Promise<void>
  /** On the same port, with the same key. */
  start(): Promise<void>
  log(): string
}

/** Where this host has a real OpenSSH server; null if nowhere. A CI without one is a mistake. */
export function findSshd(): string | null {
  const found =
    ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(path => existsSync(path)) ?? null
  if (!found && process.env.CI === 'true')
    throw new Error('There is no sshd here, and in CI there must be one.')
  return found
}

/** A real sshd on a loopback port, as this user, that gives nothing but SFTP. Its files lie in `dir`. */
export async function startSshd(dir: string): Promise<Sshd> {
  const program = findSshd()
  if (!program) throw new Error('There is no sshd on this host.')
  const hostKey = join(dir, 'host_key')
  const keyFile = join(dir, 'user_key')
  for (const file of [hostKey, keyFile])
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  await writeFile(join(dir, 'authorized_keys'), await readFile(`${keyFile}.pub`))
  const port = await freePort()
  const config = join(dir, 'sshd_config')
  await writeFile(
    config,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `PidFile ${join(dir, 'sshd.pid')}`,
      `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'Subsystem sftp internal-sftp -R',
      'LogLevel VERBOSE',
      '',
    ].join('\n'),
  )
  const { stdout } = await run('ssh-keygen', ['-lf', `${hostKey}.pub`])
  // As root, sshd insists on this empty folder.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })

  let child: ChildProcess | null = null
  let log = ''
  async function start(): Promise<void> {
    const started = spawn(program ?? '', ['-D', '-e', '-f', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    await new Promise<void>((resolve, reject) => {
      started.stderr?.on('data', data => {
        log += String(data)
        if (log.includes('Server listening')) resolve()
      })
      started.once('exit', code => reject(new Error(`sshd ended with ${code}: ${log}`)))
    })
  }
  async function stop(): Promise<void> {
    const running = child
    child = null
    if (!running?.pid) return
    const ended = new Promise(resolve => running.once('exit', resolve))
    // Sessions are processes of their own and would go on: they end with it, as in a restart of the host.
    for (const pid of [...descendantsOf(running.pid), running.pid]) kill(pid)
    await ended
    log = ''
  }
  await start()
  const fingerprint = /SHA256:\S+/.exec(stdout)?.[0] ?? ''
  return { port, user: userInfo().username, keyFile, fingerprint, start, stop, log: () => log }
}

/** One that has just ended by itself is as dead as we want it. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!isGone(error, 'ESRCH')) throw error
  }
}

function isGone(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function readChildren(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  } catch (error) {
    if (isGone(error, 'ENOENT') || isGone(error, 'ESRCH')) return ''
    throw error
  }
}

function descendantsOf(pid: number): number[] {
  const children = readChildren(pid).split(' ').filter(Boolean).map(Number)
  return children.flatMap(child => [...descendantsOf(child), child])
}
