import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { createToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { CORPUS_ZONE } from '../../support/corpus.ts'
import { type CuttableDatabase, cuttableDatabase } from '../../support/cuttable-database.ts'
import { type FakeDiscord, startFakeDiscord } from '../../support/discord/fake-discord.ts'
import { type ServerProcess, serverProcess } from '../../support/server-process.ts'
import { shortFolder } from '../../support/short-folder.ts'
import { type AgentProcess, agentProcess } from './agent-process.ts'
import { type Door, door } from './door.ts'
import { type FaultyCluster, faultyCluster } from './faulty-cluster.ts'
import { randomFrom } from './random.ts'
import { type SmallDisk, smallDisk } from './small-disk.ts'
import { installSteps } from './steps.ts'

/** All that a fault can happen to: an agent, a door to two servers, a wire to their database, and Discord. */
export interface World {
  random: () => number
  agent: AgentProcess
  /** Where the agent keeps its notes; null where this user may not mount one. */
  agentDisk: SmallDisk | null
  gamestats: string
  door: Door
  servers: Record<'one' | 'two', ServerProcess>
  token: string
  wire: CuttableDatabase
  cluster: FaultyCluster
  discord: FakeDiscord
  logs: string
  /** Settings of a process whose clock stands so many days off; null where libfaketime is not installed. */
  otherClock: ((days: number) => Record<string, string>) | null
}

/** What the game server and its posts are called, disturbed or not. */
export const SERVER = { serverName: 'arena', timezone: CORPUS_ZONE }
export const BOT = { PUBLIC_URL: 'https://stats.example.org', AUTOPOST_MAX_AGE_MINUTES: '525600' }
const AGENT_DISK_KILOBYTES = 256
const FAKETIME = ['x86_64', 'aarch64'].map(
  machine => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`,
)

export async function startWorld(t: Test, seed: number): Promise<World> {
  const random = randomFrom(seed)
  const [cluster, discord] = await Promise.all([faultyCluster(t), startFakeDiscord({ nonceWindowMs: 0 })])
  t.teardown(() => discord.close())
  await installSteps(cluster)
  const wire = await cuttableDatabase(t, cluster.url)
  const { token } = await createToken(cluster.db, SERVER)
  const logs = t.testdir()
  const start = (name: string) => {
    const url = new URL(wire.url)
    url.searchParams.set('application_name', name)
    return serverProcess(t, {
      ...BOT,
      ...settingsOf(discord),
      DATABASE_URL: url.href,
      LOG_LEVEL: 'info',
      LOG_DIR: join(logs, name),
    })
  }
  const [one, two] = await Promise.all([start('one'), start('two')])
  const urls = () => [one.url(), two.url()]
  const agentDisk = smallDisk(t, AGENT_DISK_KILOBYTES)
  const gamestats = join(shortFolder(t), 'gamestats')
  mkdirSync(gamestats)
  const front = await door(t, urls, random)
  const agent = await agentProcess(t, {
    INGEST_URL: front.url,
    INGEST_TOKEN: token,
    GAMESTATS_DIR: gamestats,
    STATE_DIR: join(agentDisk?.path ?? shortFolder(t), 'state'),
    SCAN_SECONDS: '1',
    AGENT_LOG: join(logs, 'agent.log'),
  })
  const library = FAKETIME.find(path => existsSync(path))
  const otherClock = (days: number) => ({
    LD_PRELOAD: library ?? '',
    FAKETIME: `${days < 0 ? '' : '+'}${days}d`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    // A wrong clock changes no file's time.
    NO_FAKE_STAT: '1',
    // A clock that is ahead would find what tsx keeps for all processes out of date, and remove it.
    TSX_DISABLE_CACHE: '1',
  })
  return {
    ...{ random, agent, agentDisk, gamestats, door: front, servers: { one, two }, token, wire },
    ...{ cluster, discord, logs, otherClock: library === undefined ? null : otherClock },
  }
}

export function settingsOf({ state, apiUrl }: FakeDiscord): Record<string, string> {
  return {
    DISCORD_TOKEN: state.token,
    DISCORD_STATS_CHANNEL_ID: state.statsChannelId,
    DISCORD_API_URL: apiUrl,
  }
}

function pick<T>(list: readonly T[], random: () => number): T {
  const picked = list[Math.floor(random() * list.length)]
  if (picked === undefined) throw new Error('There is nothing to pick from.')
  return picked
}

export function anyServer({ servers, random }: World): ServerProcess {
  return pick([servers.one, servers.two], random)
}
