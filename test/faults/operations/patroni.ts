import { chmodSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type Database, openDatabase } from '../../../server/src/db/database.ts'
import { migrate } from '../../../server/src/db/migrate.ts'
import { createToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { told } from '../../support/discord/bot-run.ts'
import { shownPosts } from '../../support/discord/shown-posts.ts'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { inDatabase, withClient } from '../../support/test-database/database-url.ts'
import { until } from '../../support/until.ts'
import { season } from '../world/season.ts'
import { BOT } from '../world/world.ts'
import { compareCalm } from './compare-calm.ts'
import { DEEDS, type Deed } from './patroni-deeds.ts'
import { missingPrograms, type PatroniPair } from './patroni-pair.ts'
import { FRONT, leader, type Scene, serversReady, startScene } from './patroni-scene.ts'
import { longestGap, steadySender } from './steady-sender.ts'

/**
 * A Patroni pair, two servers and HAProxy with the settings of docs/operations.md, an agent and a sender that never
 * rest: what each end of a part costs, in seconds. Fails where a file or a post is lost or doubled. `patroni.ts kill`
 * does only the deeds whose name holds that word.
 */
const ZONE = 'Europe/Ljubljana'
/** Of the sender; the agent gets half as many. */
const FILES_A_DEED = 100
const EVERY_MS = 500
/** A file that is not stored by then is lost. */
const PATIENCE_MS = 240_000
/** Of Patroni. */
const DEFAULTS = { failsafe_mode: false, maximum_lag_on_failover: 1_048_576 }

const missing = missingPrograms()
if (missing.length > 0) {
  say(`Patroni was not tried. Not installed here: ${missing.join(', ')}.`)
  process.exit()
}
const deeds = DEEDS.filter(({ name }) => name.includes(process.argv[2] ?? ''))
const undo: (() => unknown)[] = []
const t = { teardown: (work: () => unknown) => void undo.push(work) }
const root = mkdtempSync(join(tmpdir(), 'debrief-patroni-'))
chmodSync(root, 0o777)
t.teardown(() => rmSync(root, { recursive: true, force: true }))
try {
  let database: Database | undefined
  let token = ''
  const scene = await startScene(t, root, async pair => {
    database = await prepare(pair)
    token = (await createToken(database.db, { serverName: 'sender', timezone: ZONE })).token
    return (await createToken(database.db, { serverName: 'agent', timezone: ZONE })).token
  })
  if (database) await measureAll(scene, database, token)
} finally {
  for (const work of undo.reverse()) await work()
}
process.exit()

async function prepare({ url }: PatroniPair): Promise<Database> {
  const log = pino({ level: 'silent' })
  const create = () =>
    withClient(inDatabase(url, 'postgres'), client => client.query('create database debrief'))
  await until('HAProxy leads to the primary', () =>
    create().then(
      () => true,
      () => false,
    ),
  )
  const database = openDatabase({ url, log })
  t.teardown(database.close)
  await migrate({ pool: database.pool, log })
  return database
}

async function measureAll(scene: Scene, { db }: Database, token: string): Promise<void> {
  const files = season(1, FILES_A_DEED * deeds.length)
  const theirs = season(2, (FILES_A_DEED / 2) * deeds.length)
  for (const [index, deed] of deeds.entries()) {
    const some = part(files, index, FILES_A_DEED)
    await measure(deed, scene, { db, token, some, forAgent: part(theirs, index, FILES_A_DEED / 2) })
    const lost = await missingOf(db, some)
    if (lost.length > 0 && deed.mayLose !== true) throw new Error(`${lost.length} files were lost.`)
    if (deed.mayLose)
      say(`  files of the sender that were confirmed, and lost, and sent again: ${lost.length}`)
    for (const file of lost) await steadySender(FRONT, token).send(file)
  }
  await until('the agent’s files are there', async () => (await missingOf(db, theirs)).length === 0)
  const sender = files.map(({ name, content }) => ({ name, content }))
  await compareCalm(db, scene.pair.url, { zone: ZONE, files: { sender, agent: theirs } })
  say(`${files.length + theirs.length} files: the tables are those of an undisturbed run`)
  await comparePosts(scene, db)
}

function part<T>(all: readonly T[], index: number, size: number): T[] {
  return all.slice(index * size, (index + 1) * size)
}

async function missingOf(db: Database['db'], some: readonly NightFile[]): Promise<NightFile[]> {
  const names = some.map(({ name }) => name)
  const rows = await db
    .selectFrom('processed_files')
    .select('filename')
    .where('filename', 'in', names)
    .execute()
  const there = new Set(rows.map(({ filename }) => filename))
  return some.filter(({ name }) => !there.has(name))
}

async function comparePosts({ discord }: Scene, db: Database['db']): Promise<void> {
  // Older ones are not told.
  const oldest = new Date(Date.now() - Number(BOT.AUTOPOST_MAX_AGE_MINUTES) * 60_000)
  const rounds = await db.selectFrom('rounds').select('round_id').where('ended_at', '>', oldest).execute()
  const posts = await shownPosts(db, discord.messages())
  const links = posts.flatMap(post => /\/rounds\/[^"]+/.exec(post)?.[0] ?? [])
  const doubled = links.length - new Set(links).size
  const said = `${rounds.length} rounds of the last year, ${links.length} posts, ${doubled} of them doubled`
  if (!deeds.some(({ mayLose }) => mayLose) && (doubled > 0 || links.length !== rounds.length))
    throw new Error(said)
  say(said)
}

interface Given {
  db: Database['db']
  token: string
  some: readonly NightFile[]
  forAgent: readonly NightFile[]
}

async function measure(deed: Deed, scene: Scene, { db, token, some, forAgent }: Given): Promise<void> {
  const { pair } = scene
  await pair.change({ synchronous_mode: deed.isSynchronous, ...DEFAULTS, ...deed.settings })
  await pair.whole(deed.isSynchronous)
  await serversReady()
  const primary = await pair.primary()
  const other = primary === 'a' ? 'b' : 'a'
  const ledBefore = await leader()
  const watch = watchPosts(scene)
  const sender = steadySender(FRONT, token)
  const sending: Promise<void>[] = []
  for (const [index, file] of some.entries()) {
    sending.push(sender.send(file))
    const given = index % 2 === 0 ? forAgent[index / 2] : undefined
    if (given) put(scene, given)
    if (index === 12) await deed.begin({ ...scene, primary, other })
    await deed.meanwhile?.({ ...scene, primary, other }, index)
    await sleep(EVERY_MS)
  }
  await deed.end?.({ ...scene, primary, other })
  const ended = performance.now()
  await Promise.all(sending)
  const isSent = () =>
    missingOf(db, forAgent).then(
      ({ length }) => length === 0,
      () => false,
    )
  await until('the agent’s files are there', isSent, PATIENCE_MS)
  const agentMs = performance.now() - ended
  await pair.whole(deed.isSynchronous)
  await told(db, PATIENCE_MS)
  const seen = [...sender.seen].map(([answer, times]) => `${times} × ${answer}`).join(', ')
  say(
    `${deed.isSynchronous ? 'synchronous' : 'asynchronous'}, ${deed.name}: longest time without a stored file ` +
      `${seconds(longestGap(sender.storedAt))}, without a post ${seconds(longestGap(watch.stop()))}, slowest file ` +
      `${seconds(sender.slowestMs)}, the agent had sent all ${seconds(agentMs)} after the last file; ` +
      `the primary was ${primary}, is ${await pair.primary()}; the bot was ${ledBefore}, is ${await leader()}; ` +
      `the sender saw ${seen}`,
  )
}

/** When messages arrived, until it is stopped. */
function watchPosts({ discord }: Scene): { stop(): number[] } {
  const times: number[] = []
  let count = discord.messages().length
  const timer = setInterval(() => {
    const now = discord.messages().length
    if (now > count) times.push(performance.now())
    count = now
  }, 50)
  return {
    stop() {
      clearInterval(timer)
      return times
    },
  }
}

/** As the game does, but in one piece; its time is that of the round. */
function put({ gamestats }: Scene, { name, content, modifiedAt }: NightFile): void {
  const path = join(gamestats, name)
  writeFileSync(`${path}.aside`, content)
  utimesSync(`${path}.aside`, modifiedAt, modifiedAt)
  renameSync(`${path}.aside`, path)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
