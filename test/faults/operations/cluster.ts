import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Debian's packages; another folder by POSTGRES_BIN. */
const BIN = process.env.POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin'
const NOBODY = 65_534
const run = promisify(execFile)

export interface Cluster {
  folder: string
  port: number
  url: string
  start(): Promise<void>
  stop(mode: 'fast' | 'immediate'): Promise<void>
  promote(): Promise<void>
  /** A streaming standby of this cluster, made by pg_basebackup, running. */
  standby(port: number): Promise<Cluster>
}

/** A PostgreSQL of its own in `root`, on a Unix socket and a port of this machine. Not started yet. */
export async function newCluster(root: string, port: number): Promise<Cluster> {
  const folder = makeFolder(root, port)
  await program('initdb', ['-D', folder, '-A', 'trust', '-U', 'debrief', '--no-locale', '-E', 'UTF8', '-N'])
  return clusterIn(root, folder, port)
}

function clusterIn(root: string, folder: string, port: number): Cluster {
  const options = `-p ${port} -k ${root} -c listen_addresses=127.0.0.1 -c wal_keep_size=256MB -c fsync=off`
  const control = (...words: string[]) => program('pg_ctl', ['-D', folder, '-w', ...words])
  return {
    folder,
    port,
    url: `postgresql://debrief@127.0.0.1:${port}/postgres`,
    start: () => control('-o', options, '-l', `${folder}.log`, 'start'),
    stop: mode => control('-m', mode, 'stop'),
    promote: () => control('promote'),
    async standby(standbyPort) {
      const copy = makeFolder(root, standbyPort)
      await program('pg_basebackup', [
        '-h',
        root,
        '-p',
        String(port),
        '-U',
        'debrief',
        '-D',
        copy,
        '-R',
        '-c',
        'fast',
      ])
      const made = clusterIn(root, copy, standbyPort)
      await made.start()
      return made
    },
  }
}

function makeFolder(root: string, port: number): string {
  const folder = join(root, `cluster-${port}`)
  mkdirSync(folder, { mode: 0o700 })
  if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
  return folder
}

/** PostgreSQL refuses root. */
async function program(name: string, args: string[]): Promise<void> {
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  // pg_ctl leaves the server behind with our pipes, so it gets none.
  if (name === 'pg_ctl') {
    const child = spawn(join(BIN, name), args, { ...identity, stdio: 'ignore' })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`pg_ctl ${args.join(' ')} ended with ${code}.`)
    return
  }
  await run(join(BIN, name), args, identity)
}

/** PgBouncer in front of a cluster, in the given mode, with its own defaults otherwise. */
export async function pgBouncer(
  root: string,
  { port, mode, to }: { port: number; mode: 'session' | 'transaction'; to: Cluster },
): Promise<{ url: string; stop(): Promise<void> }> {
  const users = join(root, 'users.txt')
  writeFileSync(users, '"debrief" ""\n')
  const settings = join(root, `pgbouncer-${mode}.ini`)
  writeFileSync(
    settings,
    `[databases]\npostgres = host=127.0.0.1 port=${to.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n` +
      `listen_port = ${port}\nunix_socket_dir =\nauth_type = trust\nauth_file = ${users}\npool_mode = ${mode}\n`,
  )
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const child = spawn('pgbouncer', [settings], { ...identity, stdio: 'ignore' })
  return {
    url: `postgresql://debrief@127.0.0.1:${port}/postgres`,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGINT')
      await gone
    },
  }
}
