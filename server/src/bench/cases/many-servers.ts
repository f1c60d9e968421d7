import { join } from 'node:path'
import { openDatabase } from '../../db/database.ts'
import { createToken } from '../../game-servers/tokens/create-token.ts'
import { SAMPLE_ZONE, type SampleFile } from '../../sample/sample-files.ts'
import { type Measurement, percentile } from '../measurement.ts'
import { sampleHistory } from '../sample-history.ts'
import { sendFile } from '../send-file.ts'
import { startServerProcess } from '../server-process.ts'
import type { World } from '../world.ts'

const GAME_SERVERS = 8
/** What an agent sends at a time. */
const AT_ONCE = 4
/** Files that a server process has imported before it is measured: what was never run before is slow. */
const WARM = 160
/** By turns, so that a slow minute of the machine is one for all three. */
const TURNS = 3

/** The backlog of eight game servers at once, by one server process and by two, beside that of one game server. */
export async function manyServers(world: World): Promise<Measurement[]> {
  const [turns, warm, count] = world.isShort ? [1, 16, 40] : [TURNS, WARM, 800]
  const [one, eight, two]: [number[], number[], number[]] = [[], [], []]
  for (let turn = 0; turn < turns; turn += 1) {
    const measure = (gameServers: number, processes: number) =>
      rate(world, { name: `bench_${turn}_${gameServers}_${processes}`, gameServers, processes, warm, count })
    one.push(await measure(1, 1))
    eight.push(await measure(GAME_SERVERS, 1))
    two.push(await measure(GAME_SERVERS, 2))
  }
  const peer = { name: 'one game server, one process', value: percentile(one, 0.5) }
  return [
    {
      name: 'eight game servers at once, one process',
      value: percentile(eight, 0.5),
      unit: 'files/s',
      peer,
      reach: { of: 'ratio', least: 1.7 },
    },
    {
      name: 'eight game servers at once, two processes',
      value: percentile(two, 0.5),
      unit: 'files/s',
      peer,
      reach: { of: 'ratio', least: 1.7 },
    },
  ]
}

interface Load {
  name: string
  gameServers: number
  processes: number
  /** Files of each process, not measured. */
  warm: number
  /** Files of all game servers together, measured. */
  count: number
}

async function rate(world: World, { name, gameServers, processes, warm, count }: Load): Promise<number> {
  const [warmEach, each] = [(warm * processes) / gameServers, count / gameServers]
  const files = sampleHistory(warmEach + each)
  const databaseUrl = await world.emptyDatabase(name)
  const { db, close } = openDatabase({ url: databaseUrl, log: world.log, max: 1 })
  const tokens: string[] = []
  for (let index = 0; index < gameServers; index += 1) {
    const { token } = await createToken(db, { serverName: `bench ${index}`, timezone: SAMPLE_ZONE })
    tokens.push(token)
  }
  await close()
  const servers = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      startServerProcess({ databaseUrl, folder: join(world.folder, `${name}-${index}`) }),
    ),
  )
  try {
    const urls = servers.map(({ url }) => url)
    const urlOf = (index: number) => urls[index % urls.length] ?? ''
    await Promise.all(tokens.map((token, index) => sendAll(urlOf(index), token, files.slice(0, warmEach))))
    const startedAt = performance.now()
    await Promise.all(tokens.map((token, index) => sendAll(urlOf(index), token, files.slice(warmEach))))
    return (gameServers * each) / ((performance.now() - startedAt) / 1000)
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
}

async function sendAll(url: string, token: string, files: readonly SampleFile[]): Promise<void> {
  const waiting = [...files]
  const send = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) await sendFile(url, token, file)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, send))
}
