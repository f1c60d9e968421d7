import { join } from 'node:path'
import { openDatabase } from '../../db/database.ts'
import { createToken } from '../../game-servers/tokens/create-token.ts'
import { SAMPLE_ZONE, type SampleFile } from '../../sample/sample-files.ts'
import type { Measurement } from '../measurement.ts'
import { sampleHistory } from '../sample-history.ts'
import { sendFile } from '../send-file.ts'
import { startServerProcess } from '../server-process.ts'
import type { World } from '../world.ts'

const GAME_SERVERS = 8
/** What an agent sends at a time. */
const AT_ONCE = 4
/** Files of the sample evening. */
const EVENING = 20

/** The backlog of eight game servers at once, by one server process and by two, beside that of one game server. */
export async function manyServers(world: World): Promise<Measurement[]> {
  const files = sampleHistory(world.isShort ? 30 : 150)
  const one = await rate(world, 'bench_one', { gameServers: 1, processes: 1, files })
  const eight = await rate(world, 'bench_eight', { gameServers: GAME_SERVERS, processes: 1, files })
  const two = await rate(world, 'bench_two', { gameServers: GAME_SERVERS, processes: 2, files })
  const peer = { name: 'one game server, one process', value: one }
  return [
    {
      name: 'eight game servers at once, one process',
      value: eight,
      unit: 'files/s',
      peer,
      reach: { of: 'ratio', least: 1.7 },
    },
    {
      name: 'eight game servers at once, two processes',
      value: two,
      unit: 'files/s',
      peer,
      reach: { of: 'ratio', least: 1.7 },
    },
  ]
}

interface Load {
  gameServers: number
  processes: number
  files: readonly SampleFile[]
}

async function rate(world: World, name: string, { gameServers, processes, files }: Load): Promise<number> {
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
    // An evening each, not measured: what was never run before is slow.
    await Promise.all(tokens.map((token, index) => sendAll(urlOf(index), token, files.slice(0, EVENING))))
    const startedAt = performance.now()
    await Promise.all(tokens.map((token, index) => sendAll(urlOf(index), token, files.slice(EVENING))))
    const seconds = (performance.now() - startedAt) / 1000
    return (gameServers * Math.max(0, files.length - EVENING)) / seconds
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
