import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Test } from 'tap'
import { z } from 'zod'
import { type FakeDiscord, startFakeDiscord } from '../../support/discord/fake-discord.ts'
import { type ServerProcess, serverProcess } from '../../support/server-process.ts'
import { until } from '../../support/until.ts'
import { BOT, settingsOf } from '../world/world.ts'
import { type NodeName, type PatroniPair, startPatroniPair } from './patroni-pair.ts'

const PORTS = { front: 27_290, one: 27_291, two: 27_292 }
export const FRONT = `http://127.0.0.1:${PORTS.front}`
const SERVERS = ['one', 'two'] as const
type ServerName = (typeof SERVERS)[number]

/** All that a deed can be done to. */
export interface Scene {
  pair: PatroniPair
  discord: FakeDiscord
  servers: Record<ServerName, ServerProcess>
  gamestats: string
}

/** A deed's view of it. */
export interface DeedScene extends Scene {
  /** As it was before the deed. */
  primary: NodeName
  other: NodeName
}

/** In `root`: the pair and HAProxy in front of it; `prepare` makes the database, and tells the agent's token. */
export async function startScene(
  t: Pick<Test, 'teardown'>,
  root: string,
  prepare: (pair: PatroniPair) => Promise<string>,
): Promise<Scene> {
  const pair = await startPatroniPair(root)
  t.teardown(() => pair.stop())
  const discord = await startFakeDiscord({ nonceWindowMs: 0 })
  t.teardown(() => discord.close())
  const balancer = haproxy(root, pair)
  t.teardown(() => balancer.kill())
  await pair.whole(true)
  const token = await prepare(pair)
  const serve = (name: ServerName) =>
    serverProcess(t, {
      ...{ ...BOT, ...settingsOf(discord), DATABASE_URL: pair.url, LOG_DIR: join(root, name) },
      ...{ PORT: String(PORTS[name]), TRUST_PROXY: 'true' },
    })
  const servers = { one: await serve('one'), two: await serve('two') }
  const gamestats = join(root, 'gamestats')
  mkdirSync(gamestats)
  const agent = startAgent(root, token, gamestats)
  t.teardown(() => agent.kill('SIGKILL'))
  return { pair, discord, servers, gamestats }
}

export async function serversReady(): Promise<void> {
  await until('both servers are ready', async () =>
    (await Promise.all(SERVERS.map(readiness))).every(bot => bot !== null),
  )
}

/** The server that runs the bot. */
export async function leader(): Promise<string> {
  let found: string | undefined
  await until('a server leads', async () => {
    for (const name of SERVERS) if ((await readiness(name)) === 'online') found = name
    return found !== undefined
  })
  return found ?? ''
}

/** What its bot says; null: it does not answer, or is not ready. */
async function readiness(name: ServerName): Promise<string | null> {
  const signal = AbortSignal.timeout(2_000)
  const answer = await fetch(`http://127.0.0.1:${PORTS[name]}/readyz`, { signal }).catch(() => null)
  if (!answer?.ok) return null
  return z.object({ discord: z.string() }).parse(await answer.json()).discord
}

function startAgent(root: string, token: string, gamestats: string): ChildProcess {
  const program = resolve(import.meta.dirname, '../../../agent/bin/debrief-agent.mjs')
  const env = {
    ...{ INGEST_URL: FRONT, INGEST_TOKEN: token, GAMESTATS_DIR: gamestats },
    ...{ STATE_DIR: join(root, 'state'), PATH: process.env.PATH },
  }
  return spawn(process.execPath, [program, 'run'], { env, stdio: 'ignore' })
}

function haproxy(root: string, pair: PatroniPair): ChildProcess {
  const settings = join(root, 'haproxy.cfg')
  const lines = SERVERS.map(name => `  server ${name} 127.0.0.1:${PORTS[name]} check\n`)
  writeFileSync(
    settings,
    `defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n${pair.haproxy}` +
      `frontend front\n  bind 127.0.0.1:${PORTS.front}\n  default_backend debrief\n` +
      'backend debrief\n  option httpchk GET /readyz\n  http-check expect status 200\n' +
      `  default-server inter 1s fall 2 rise 1\n${lines.join('')}`,
  )
  return spawn('haproxy', ['-db', '-f', settings], { stdio: 'ignore' })
}
