import { setTimeout as sleep } from 'node:timers/promises'
import { LOCK_KEY } from '../../../server/src/db/leader-lock.ts'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { until } from '../../support/until.ts'
import { cutUpload, dripUpload } from './send-by-hand.ts'
import { STEP_NAMES, STEPS, type StepName, stopAt } from './steps.ts'
import { anyServer, type World } from './world.ts'

/** `begin` puts the file into the folder; a fault that has to be there first calls it itself. */
export type Fault = (world: World, file: NightFile, begin: () => void) => Promise<unknown>

const processes: Record<string, Fault> = {
  'a server is killed': world => anyServer(world).restart(),
  'both servers are killed': ({ servers }) => Promise.all([servers.one.restart(), servers.two.restart()]),
  'a server is frozen': async world => {
    const server = anyServer(world)
    server.signal('SIGSTOP')
    await sleep(world.random() * 1_500)
    server.signal('SIGCONT')
  },
  'the leader is frozen until another leads': async (world, _file, begin) => {
    const leader = await someLeader(world, () => true)
    world.servers[leader].signal('SIGSTOP')
    begin()
    try {
      await someLeader(world, name => name !== leader)
    } finally {
      world.servers[leader].signal('SIGCONT')
    }
  },
  'the agent is killed': async ({ agent, random }) => {
    await sleep(random() * 150)
    await agent.restart()
  },
  'the agent is killed at its start, twice': async ({ agent, random }) => {
    await agent.restart()
    await sleep(random() * 800)
    await agent.restart()
    await sleep(random() * 800)
    await agent.restart()
  },
  'the agent is frozen': async ({ agent, random }) => {
    agent.signal('SIGSTOP')
    await sleep(random() * 800)
    agent.signal('SIGCONT')
  },
  'the database is killed': ({ cluster }) => Promise.resolve(cluster.kill()),
}

const network: Record<string, Fault> = {
  'the network to the database is cut': async ({ wire, random }) => {
    wire.cut()
    await sleep(random() * 500)
    wire.mend()
  },
  'the database gives no answer': async ({ wire, random }) => {
    wire.hang()
    await sleep(random() * 1_000)
    wire.mend()
  },
  'the primary vanishes without a word, another takes over': ({ wire }) => Promise.resolve(wire.vanish()),
  'the network between agent and servers is cut': ({ door }) => Promise.resolve(door.cut()),
  'the agent’s upload breaks off at some byte': async ({ door, random }, { content }, begin) => {
    door.cutAfter(Math.floor(random() * (content.length + 900)))
    begin()
    await sleep(100)
  },
  'answers to the agent get lost': async ({ door, random }, _file, begin) => {
    begin()
    await sleep(random() * 60)
    door.loseAnswers()
  },
  'an upload is cut somewhere': cutUpload,
  'an upload comes slowly': (world, file) => dripUpload(world, file, 20, world.random() * 60),
}

const database: Record<string, Fault> = {
  'all sessions of the database are ended': ({ cluster }) => cluster.endSessions(),
  'the database is read-only': async ({ cluster, random }) => {
    await cluster.alter('set default_transaction_read_only = on')
    await cluster.endSessions()
    await sleep(random() * 500)
    await cluster.alter('reset default_transaction_read_only')
    await cluster.endSessions()
  },
  'the database has no connection left': async ({ cluster, random }) => {
    await cluster.alter('allow_connections false')
    await cluster.endSessions()
    await sleep(random() * 500)
    await cluster.alter('allow_connections true')
  },
}

/** Discord fails at the next messages that are sent or edited. */
function discordFails(kind: 'lost' | 'drop'): Fault {
  return async ({ discord }) => {
    let left = 2
    discord.misbehave(({ method, path }) => {
      if (left === 0 || method === 'GET' || !/^\/channels\/\d+\/messages/.test(path)) return null
      left -= 1
      return { kind }
    })
  }
}

const discord: Record<string, Fault> = {
  'Discord takes messages, and its answers get lost': discordFails('lost'),
  'Discord breaks off before it takes a message': discordFails('drop'),
  'both servers are killed while a message is on its way': async ({ discord, servers }, _file, begin) => {
    let isOnItsWay = false
    discord.misbehave(({ method, path }) => {
      if (isOnItsWay || method !== 'POST' || !/^\/channels\/\d+\/messages$/.test(path)) return null
      isOnItsWay = true
      servers.one.signal('SIGSTOP')
      servers.two.signal('SIGSTOP')
      return { kind: 'lost' }
    })
    begin()
    // Not every file makes a post.
    await until('a message is sent', () => isOnItsWay, 3_000).catch(() => undefined)
    discord.misbehave(() => null)
    await Promise.all([servers.one.restart(), servers.two.restart()])
  },
}

function killedAt(step: StepName, victim: 'server' | 'database'): [string, Fault] {
  const name = `the ${victim} is killed when ${step}${'commit' in STEPS[step] ? ', before it is committed' : ''}`
  return [
    name,
    async ({ cluster, servers }, _file, begin) => {
      await cluster.answers()
      const then = async (who: string) => {
        if (victim === 'database') cluster.kill()
        else await servers[who === 'two' ? 'two' : 'one'].restart()
      }
      // The test's own session ends with the database.
      await stopAt(cluster.url, { step, begin, then }).catch(() => undefined)
      begin()
    },
  ]
}

/** What can happen in this world: not everybody may mount a disk. */
export function faultKinds({ agentDisk, cluster, otherClock }: World): Record<string, Fault> {
  const { disk } = cluster
  return {
    ...{ ...processes, ...network, ...database, ...discord },
    ...Object.fromEntries(STEP_NAMES.map(step => killedAt(step, 'server'))),
    ...Object.fromEntries(STEP_NAMES.map(step => killedAt(step, 'database'))),
    ...(disk && {
      'the database’s disk is full': async ({ random }, _file, begin) => {
        disk.fill()
        begin()
        await sleep(200 + random() * 800)
        disk.free()
      },
    }),
    ...(agentDisk && {
      'the agent’s disk is full': async ({ agent, random }, _file, begin) => {
        agentDisk.fill()
        if (random() < 0.5) await agent.restart()
        begin()
        await sleep(500)
        agentDisk.free()
      },
      'the agent’s disk is read-only': async ({ agent, random }, _file, begin) => {
        await until('nobody writes', () => agentDisk.setReadOnly(true))
        if (random() < 0.5) await agent.restart()
        begin()
        await sleep(500)
        agentDisk.setReadOnly(false)
      },
    }),
    ...(otherClock && {
      'a server comes back with another clock': world =>
        anyServer(world).restart(otherClock(clockError(world))),
      'the agent comes back with another clock': world => world.agent.restart(otherClock(clockError(world))),
    }),
  }
}

/** Which of the servers runs the bot, as soon as one does that is meant. */
async function someLeader(
  { cluster }: World,
  isMeant: (name: 'one' | 'two') => boolean,
): Promise<'one' | 'two'> {
  let found: 'one' | 'two' | undefined
  await until('a server leads', async () => {
    const { rows } = await cluster.pool
      .query<{ who: string }>(
        `select application_name as who from pg_locks join pg_stat_activity using (pid)
         where locktype = 'advisory' and objid = $1 and classid = 0 and granted`,
        [LOCK_KEY],
      )
      // An earlier fault may not be over.
      .catch(() => ({ rows: [] }))
    found = (['one', 'two'] as const).find(name => rows.some(({ who }) => who === name) && isMeant(name))
    return found !== undefined
  })
  if (!found) throw new Error('Nobody leads.')
  return found
}

/** The kinds that this machine cannot have, in words. */
export function leftOut({ agentDisk, cluster, otherClock }: World): string[] {
  return [
    ...(cluster.disk && agentDisk ? [] : ['full and read-only disks: this user may not mount one']),
    ...(otherClock ? [] : ['clocks that jump: libfaketime is not installed']),
  ]
}

/** Days, up to ten years in either direction; a battery that is empty says 1970. */
function clockError({ random }: World): number {
  return Math.round((random() - 0.5) * 7_300)
}
