import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import t from 'tap'
import { createToken } from '../../server/src/game-servers/tokens/create-token.ts'
import { CORPUS_ZONE, type CorpusFile, corpusFiles } from '../support/corpus.ts'
import { type CuttableDatabase, cuttableDatabase } from '../support/cuttable-database.ts'
import { startFakeDiscord } from '../support/discord/fake-discord.ts'
import { deliverAll, derivedRows, gameServer } from '../support/import-files.ts'
import { fileForm } from '../support/test-app.ts'
import { withClient } from '../support/test-database/database-url.ts'
import { type TestDatabase, testDatabase } from '../support/test-database.ts'
import { until } from '../support/until.ts'
import { randomFrom } from './random.ts'
import { type ServerProcess, serverProcess } from './server-process.ts'

/**
 * Two servers on one database take files while faults happen to all of them, drawn from a seed. After it the tables are
 * those of an undisturbed run, and each round was posted once. `pnpm test:faults` is the long form.
 */
const SEED = Number(process.env.FAULT_SEED ?? '20261126')
const FAULTS = Number(process.env.FAULTS ?? '10')
const FILES = Number(process.env.FAULT_FILES ?? '12')
/** A file that is not taken within this time is lost. */
const PATIENCE_MS = 60_000

interface World {
  database: TestDatabase
  wire: CuttableDatabase
  servers: ServerProcess[]
  random: () => number
}

interface Sending {
  token: string
  file: CorpusFile
}

type Fault = (world: World, sending: Sending) => Promise<unknown>

const FAULT_KINDS: Record<string, Fault> = {
  'a server is killed': ({ servers, random }) => one(servers, random).restart(),
  'a server is frozen': async ({ servers, random }) => {
    const server = one(servers, random)
    server.signal('SIGSTOP')
    await sleep(random() * 1_500)
    server.signal('SIGCONT')
  },
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
  'all sessions of the database are ended': ({ database }) => endSessions(database),
  'the database is read-only': async ({ database, random }) => {
    await alter(database, 'set default_transaction_read_only = on')
    await endSessions(database)
    await sleep(random() * 500)
    await alter(database, 'reset default_transaction_read_only')
    await endSessions(database)
  },
  'the database has no connection left': async ({ database, random }) => {
    await alter(database, 'allow_connections false')
    await endSessions(database)
    await sleep(random() * 500)
    await alter(database, 'allow_connections true')
  },
  'an upload is cut somewhere': ({ servers, random }, sending) =>
    cutUpload(one(servers, random), sending, random),
}

t.test(`${FAULTS} faults over ${FILES} files, seed ${SEED}`, { timeout: 3_600_000 }, async t => {
  const files = corpusFiles('evenings')
  const random = randomFrom(SEED)
  const [undisturbed, database] = [await testDatabase(t), await testDatabase(t)]
  const wire = await cuttableDatabase(t, database.url)
  const discord = await startFakeDiscord({})
  t.teardown(() => discord.close())
  const env = {
    DATABASE_URL: wire.url,
    LOG_LEVEL: 'info',
    LOG_DIR: t.testdir(),
    DISCORD_TOKEN: discord.state.token,
    DISCORD_STATS_CHANNEL_ID: discord.state.statsChannelId,
    DISCORD_API_URL: discord.apiUrl,
    PUBLIC_URL: 'https://stats.example.org',
    AUTOPOST_MAX_AGE_MINUTES: '525600',
  }
  const servers = await Promise.all([serverProcess(t, env), serverProcess(t, env)])
  const world = { database, wire, servers, random }

  const sendings: Sending[] = []
  for (let server = 0; sendings.length < FILES; server += 1) {
    const some = files.slice(0, FILES - sendings.length)
    const name = `server ${server}`
    await deliverAll(undisturbed.db, await gameServer(undisturbed.db, name, CORPUS_ZONE), some)
    const { token } = await createToken(database.db, { serverName: name, timezone: CORPUS_ZONE })
    sendings.push(...some.map(file => ({ token, file })))
  }

  const kinds = Object.keys(FAULT_KINDS)
  let faults = 0
  for (const [index, sending] of sendings.entries()) {
    const due = Math.round(((index + 1) * FAULTS) / sendings.length) - faults
    const sent = sendUntilTaken(world, sending)
    for (let i = 0; i < due; i += 1) {
      // Each kind in its turn, so that a short run meets all of them; when and for how long, the seed says.
      const kind = kinds[(faults + SEED) % kinds.length] ?? ''
      faults += 1
      t.comment(`fault ${faults}, at ${sending.file.name}: ${kind}`)
      await FAULT_KINDS[kind]?.(world, sending)
    }
    await sent
  }

  t.strictSame(await derivedRows(database.db), await derivedRows(undisturbed.db), 'the tables are the same')
  await until('everything was told', () => isTold(database), PATIENCE_MS + FILES * 2_000)
  const rounds = await database.db
    .selectFrom('rounds')
    .select('round_id')
    .where('status', '=', 'complete')
    .execute()
  const posted = discord
    .messages(discord.state.statsChannelId)
    .flatMap(({ embeds }) => embeds.map(embed => /\/rounds\/(\d+)/.exec(JSON.stringify(embed))?.[1]))
    .filter(id => id !== undefined)
  const twice = posted.filter((id, index) => posted.indexOf(id) !== index)
  t.same(twice, [], 'no round was posted twice')
  t.same(
    rounds.map(({ round_id }) => String(round_id)).filter(id => !posted.includes(id)),
    [],
    'no complete round was left out',
  )
})

/** As an agent does: again, to whichever server answers, until one says that it has the file. */
async function sendUntilTaken({ servers, random }: World, { token, file }: Sending): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    const answer = await fetch(`${one(servers, random).url()}/api/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: fileForm(file.name, Uint8Array.from(file.content)),
      signal: AbortSignal.timeout(5_000),
    }).catch(() => null)
    await answer?.arrayBuffer().catch(() => null)
    if (answer !== null && [200, 201, 202, 422].includes(answer.status)) return
    await sleep(50)
  }
  throw new Error(`${file.name} was not taken within ${PATIENCE_MS / 1000} s.`)
}

/** Sends the first bytes of an upload, some of them slowly, and hangs up at a random one. */
async function cutUpload(
  server: ServerProcess,
  { token, file }: Sending,
  random: () => number,
): Promise<void> {
  const { hostname, port } = new URL(server.url())
  const part = `--b\r\nContent-Disposition: form-data; name="file"; filename="${file.name}"\r\n\r\n`
  const body = Buffer.concat([Buffer.from(part), file.content, Buffer.from('\r\n--b--\r\n')])
  const head =
    `POST /api/v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
    `content-type: multipart/form-data; boundary=b\r\ncontent-length: ${body.length}\r\n\r\n`
  const all = Buffer.concat([Buffer.from(head), body])
  const cutAt = Math.floor(random() * all.length)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(all.subarray(0, Math.floor(cutAt / 2)))
  await sleep(random() * 100)
  socket.write(all.subarray(Math.floor(cutAt / 2), cutAt))
  await sleep(10)
  socket.destroy()
}

async function isTold({ db }: TestDatabase): Promise<boolean> {
  const { rows } = await sql`select from outbox where done_at is null`.execute(db)
  return rows.length === 0
}

function nameOf({ url }: TestDatabase): string {
  return new URL(url).pathname.slice(1)
}

/** From another database: this one may take no connections. */
async function alter(database: TestDatabase, change: string): Promise<void> {
  await elsewhere(database, `alter database ${nameOf(database)} ${change}`)
}

async function endSessions(database: TestDatabase): Promise<void> {
  await elsewhere(
    database,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${nameOf(database)}'`,
  )
}

async function elsewhere({ url }: TestDatabase, statement: string): Promise<void> {
  const other = new URL(url)
  other.pathname = '/postgres'
  await withClient(other.href, client => client.query(statement))
}

function one<T>(list: readonly T[], random: () => number): T {
  const picked = list[Math.floor(random() * list.length)]
  if (picked === undefined) throw new Error('There is nothing to pick from.')
  return picked
}
