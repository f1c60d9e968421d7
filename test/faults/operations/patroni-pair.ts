import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { until } from '../../support/until.ts'

const BIN = process.env.POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin'
/** PostgreSQL refuses root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const ETCD = { client: 27_279, peer: 27_280 }
const PORTS = { a: { postgres: 27_281, api: 27_283 }, b: { postgres: 27_282, api: 27_284 } }
const PRIMARY_PORT = 27_285
export const NODES = ['a', 'b'] as const
export type NodeName = (typeof NODES)[number]
type Settings = Record<string, unknown>

export interface PatroniPair {
  /** By way of HAProxy, wherever the primary is. */
  url: string
  /** The lines of haproxy.cfg that lead there. */
  haproxy: string
  primary(): Promise<NodeName>
  /** One leads, the other streams from it, and where it is asked for, a COMMIT waits for that one. */
  whole(isSynchronous: boolean): Promise<void>
  change(settings: Settings): Promise<void>
  switchover(from: NodeName, to: NodeName): Promise<void>
  /** All of a node, or only its Patroni, its PostgreSQL, or the process that sends its log to the other. */
  signal(node: NodeName, name: NodeJS.Signals, which: 'all' | 'patroni' | 'postgres' | 'sender'): void
  start(node: NodeName): void
  etcd(name: NodeJS.Signals): void
  stop(): void
}

/** What is not installed of all that the pair needs. */
export function missingPrograms(): string[] {
  return ['etcd', 'patroni', 'haproxy', join(BIN, 'postgres')].filter(
    program => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  )
}

/** etcd and two nodes under Patroni in `root`, with the defaults of Patroni and the settings of docs/operations.md. */
export async function startPatroniPair(root: string): Promise<PatroniPair> {
  const log = (name: string) => openSync(join(root, `${name}.log`), 'a')
  const run = (name: string, program: string, args: string[]): ChildProcess =>
    spawn(program, args, { ...NOBODY, stdio: ['ignore', log(name), log(name)], cwd: root })
  const clients = `http://127.0.0.1:${ETCD.client}`
  const peers = `http://127.0.0.1:${ETCD.peer}`
  const etcd = run('etcd', 'etcd', [
    ...['--data-dir', join(root, 'etcd'), '--name', 'one', '--initial-cluster', `one=${peers}`],
    ...['--listen-client-urls', clients, '--advertise-client-urls', clients],
    ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers],
  ])
  const nodes = new Map<NodeName, ChildProcess>()
  const start = (node: NodeName) => {
    const settings = join(root, `${node}.json`)
    writeFileSync(settings, JSON.stringify(patroniSettings(root, node)), { mode: 0o600 })
    if (NOBODY.uid !== undefined) chownSync(settings, NOBODY.uid, NOBODY.gid)
    nodes.set(node, run(`patroni-${node}`, 'patroni', [settings]))
  }
  const signal: PatroniPair['signal'] = (node, name, which) => {
    const patroni = nodes.get(node)
    if (which === 'all' || which === 'patroni') patroni?.kill(name)
    if (which === 'patroni') return
    for (const pid of postgresOf(root, node, which === 'sender')) kill(pid, name)
  }
  start('a')
  await until('the first node leads', () => isLeader('a'), 120_000)
  start('b')
  return {
    url: `postgresql://debrief:secret@127.0.0.1:${PRIMARY_PORT}/debrief`,
    haproxy:
      `listen primary\n  mode tcp\n  bind 127.0.0.1:${PRIMARY_PORT}\n  option httpchk OPTIONS /primary\n` +
      '  http-check expect status 200\n' +
      '  default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions\n' +
      NODES.map(
        node => `  server ${node} 127.0.0.1:${PORTS[node].postgres} check port ${PORTS[node].api}\n`,
      ).join(''),
    async primary() {
      for (const node of NODES) if (await isLeader(node)) return node
      throw new Error('No node leads.')
    },
    whole: isSynchronous => until('both nodes are well', () => isWhole(isSynchronous), 180_000),
    change: settings => ask('a', 'PATCH', '/config', settings),
    switchover: (leader, candidate) => ask(leader, 'POST', '/switchover', { leader, candidate }),
    signal,
    start,
    etcd: name => void etcd.kill(name),
    stop() {
      for (const node of NODES) signal(node, 'SIGKILL', 'all')
      etcd.kill('SIGKILL')
    },
  }
}

function patroniSettings(root: string, node: NodeName): Settings {
  const { postgres, api } = PORTS[node]
  const user = (username: string) => ({ username, password: 'secret' })
  return {
    ...{ scope: 'debrief', name: node, etcd3: { host: `127.0.0.1:${ETCD.client}` } },
    restapi: { listen: `127.0.0.1:${api}`, connect_address: `127.0.0.1:${api}` },
    bootstrap: {
      dcs: {
        ...{ ttl: 30, loop_wait: 10, retry_timeout: 10, synchronous_mode: true },
        postgresql: { use_pg_rewind: true },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, 'data-checksums'],
    },
    postgresql: {
      ...{ listen: `127.0.0.1:${postgres}`, connect_address: `127.0.0.1:${postgres}`, bin_dir: BIN },
      ...{ data_dir: join(root, `node-${node}`), pgpass: join(root, `pgpass-${node}`) },
      authentication: {
        superuser: user('debrief'),
        replication: user('replicator'),
        rewind: user('rewinder'),
      },
      parameters: { unix_socket_directories: root },
      pg_hba: [
        'local all all trust',
        'host all all 127.0.0.1/32 md5',
        'host replication all 127.0.0.1/32 md5',
      ],
    },
  }
}

/** Its processes, those of its connections too: a machine that vanishes takes all of them. */
function postgresOf(root: string, node: NodeName, onlySender: boolean): number[] {
  const pid = Number(readFileSync(join(root, `node-${node}`, 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' })
  const lines = children.stdout.trim().split('\n')
  const chosen = onlySender ? lines.filter(line => line.includes('walsender')) : lines
  return [...(onlySender ? [] : [pid]), ...chosen.map(line => Number.parseInt(line, 10))]
}

function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended meanwhile.
  }
}

async function isLeader(node: NodeName): Promise<boolean> {
  const asked = fetch(`http://127.0.0.1:${PORTS[node].api}/primary`, { signal: AbortSignal.timeout(1_000) })
  return asked.then(({ ok }) => ok).catch(() => false)
}

async function ask(node: NodeName, method: string, path: string, body: Settings): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${PORTS[node].api}${path}`, {
    ...{ method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
}

const members = z.object({
  members: z.array(z.object({ role: z.string(), state: z.string(), timeline: z.number().optional() })),
})

async function isWhole(isSynchronous: boolean): Promise<boolean> {
  const asked = fetch(`http://127.0.0.1:${PORTS.a.api}/cluster`, { signal: AbortSignal.timeout(2_000) })
  const found = await asked.then(answer => answer.json()).catch(() => null)
  if (found === null) return false
  const all = members.parse(found).members
  const standby = isSynchronous ? 'sync_standby' : 'replica'
  const isWell = all.every(({ state }) => state === 'running' || state === 'streaming')
  const timelines = new Set(all.map(({ timeline }) => timeline))
  const roles = all.map(({ role }) => role).toSorted()
  return isWell && timelines.size === 1 && roles.join() === ['leader', standby].join()
}
