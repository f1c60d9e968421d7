import { readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { loadConfig } from '../../server/src/config.ts'
import type { DB } from '../../server/src/db/tables.ts'
import { startDiscord } from '../../server/src/discord/start-discord.ts'
import { newTelling } from '../../server/src/server-state.ts'
import { startFakeDiscord } from '../support/discord/fake-discord.ts'
import { shownPosts } from '../support/discord/shown-posts.ts'
import type { NightFile } from '../support/game-server/night-file.ts'
import { deliverAll, derivedRows, gameServer } from '../support/import-files.ts'
import { sharedDrawer } from '../support/shared-drawer.ts'
import { testDatabase } from '../support/test-database.ts'
import { until } from '../support/until.ts'
import { faultKinds, leftOut } from './world/fault-kinds.ts'
import { randomFrom } from './world/random.ts'
import { season } from './world/season.ts'
import { BOT, SERVER, settingsOf, startWorld, type World } from './world/world.ts'

/**
 * A game server's nights go through agent, servers and database to Discord, while faults drawn from a seed happen to
 * all of them. At the end the tables are those of an undisturbed run, and the channel reads the same, word for word.
 * `pnpm test:faults` is the long form.
 */
const SEED = Number(process.env.FAULT_SEED ?? '20261126')
const FAULTS = Number(process.env.FAULTS ?? '3')
const FILES = Number(process.env.FAULT_FILES ?? '3')
/** Of the kinds, those whose name it matches. */
const KINDS = new RegExp(process.env.FAULT_KINDS ?? '')
/** A run that takes longer ends early, and what it did until then is compared. */
const MINUTES = Number(process.env.FAULT_MINUTES ?? '180')
/** A file that is not imported within this time is lost. The longest fault, a vanished primary, takes 35 s. */
const PATIENCE_MS = 120_000

t.test(`${FAULTS} faults over ${FILES} files, seed ${SEED}`, { timeout: 14_400_000 }, async t => {
  const files = season(SEED, FILES)
  const world = await startWorld(t, SEED)
  const kinds = faultKinds(world)
  for (const kinds of leftOut(world)) t.comment(`LEFT OUT, ${kinds}`)
  const turns = shuffled(Object.keys(kinds).filter(name => KINDS.test(name)))
  const end = performance.now() + MINUTES * 60_000
  let faults = 0
  let played = 0
  for (const [index, file] of files.entries()) {
    if (performance.now() > end) break
    const due = Math.round(((index + 1) * FAULTS) / files.length) - faults
    const begin = once(() => put(world, file))
    const started = performance.now()
    const happened: string[] = []
    for (let i = 0; i < due; i += 1) {
      // Each kind in its turn, so that all are met; when and for how long, the seed says.
      const name = turns[faults % turns.length] ?? ''
      faults += 1
      happened.push(name)
      // Before the file where the fault waits for it, else beside it.
      if (i > 0 || world.random() < 0.5) begin()
      await kinds[name]?.(world, file, begin)
      begin()
    }
    begin()
    await until(`${file.name} is imported`, () => isImported(world, file), PATIENCE_MS).catch(async error => {
      for (const line of await lastWords(world)) t.comment(line)
      throw error
    })
    played += 1
    t.comment(
      `file ${index + 1}, fault ${faults}, ${Math.round(performance.now() - started)} ms: ${happened.join('; ')}`,
    )
  }

  world.discord.misbehave(() => null)
  await until('everything was told', () => isTold(world.cluster.db), PATIENCE_MS)
  t.comment(`${faults} faults over ${played} files`)
  const calm = await undisturbed(t, files.slice(0, played))
  t.strictSame(await derivedRows(world.cluster.db), calm.rows, 'the tables are the same')
  const posts = await shownPosts(world.cluster.db, world.discord.messages())
  t.strictSame(posts.toSorted(), calm.posts.toSorted(), 'each post is there once, with the same words')
  const isPunctual = await withoutLatecomers(world)
  t.strictSame(posts.filter(isPunctual), calm.posts.filter(isPunctual), 'each in its place')
  t.ok(calm.posts.length > played / 3, `there are posts: ${calm.posts.length}`)
  const { one, two } = world.servers
  t.strictSame([...one.endings(), ...two.endings(), ...world.agent.endings()], [], 'nobody ended by himself')
  t.strictSame(ownFaults(world), [], 'no fault was one of our own')
})

/** What the same files make where nothing happens. */
async function undisturbed(t: Test, files: readonly NightFile[]) {
  const { db, pool } = await testDatabase(t)
  const discord = await startFakeDiscord({})
  t.teardown(() => discord.close())
  await deliverAll(db, await gameServer(db, SERVER.serverName, SERVER.timezone), files)
  const log = pino({ level: 'silent' })
  const state = { databasePrepared: true, discord: 'off', telling: newTelling() }
  const bot = startDiscord({
    ...{ db, pool, log, state, pictures: sharedDrawer },
    config: loadConfig({ ...BOT, ...settingsOf(discord) }),
  })
  await until('all is told', () => isTold(db), PATIENCE_MS)
  await bot.stop()
  return { rows: await derivedRows(db), posts: await shownPosts(db, discord.messages()) }
}

/**
 * A round that nobody seemed to have played is announced when a later file brings its players, which changes it: then it
 * stands behind rounds that were told meanwhile, and how many these are, the time says. Asked of the database: the log
 * of a process that was killed may lack its last line.
 */
async function withoutLatecomers({ cluster }: World): Promise<(post: string) => boolean> {
  const { rows } = await sql<{ filename: string }>`
    select distinct filename from rounds join outbox on subject = 'round ' || round_id
    where kind = 'round_changed'`.execute(cluster.db)
  return post => !rows.some(({ filename }) => post.includes(`/rounds/of ${filename}"`))
}

/** As the game does, but in one piece; its time is that of the round. */
function put({ gamestats }: World, { name, content, modifiedAt }: NightFile): void {
  const path = join(gamestats, name)
  writeFileSync(`${path}.aside`, content)
  utimesSync(`${path}.aside`, modifiedAt, modifiedAt)
  renameSync(`${path}.aside`, path)
}

async function isImported({ cluster }: World, { name }: NightFile): Promise<boolean> {
  const found = await cluster.db
    .selectFrom('processed_files')
    .select('file_id')
    .where('filename', '=', name)
    .executeTakeFirst()
    // It may be away just now.
    .catch(() => undefined)
  return found !== undefined
}

async function isTold(db: Kysely<DB>): Promise<boolean> {
  const waiting = await db.selectFrom('outbox').select('event_id').where('done_at', 'is', null).execute()
  return waiting.length === 0
}

/** Where a file may be that did not arrive: what everybody said last, and what the database is at. */
async function lastWords({ logs, cluster, agent, servers }: World): Promise<string[]> {
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter(name => /\.log$/.test(name))
  const said = files.flatMap(name => [
    `--- ${name}`,
    ...readFileSync(join(logs, name), 'utf8').trimEnd().split('\n').slice(-12),
  ])
  const { rows } = await cluster.pool
    .query(`select pid, application_name, state, wait_event, age(clock_timestamp(), state_change) as since, left(query, 120) as query
      from pg_stat_activity where datname = current_database()`)
    .catch(error => ({ rows: [String(error)] }))
  const ready = await Promise.all(
    Object.entries(servers).map(async ([name, server]) => {
      const answer = fetch(`${server.url()}/readyz`, { signal: AbortSignal.timeout(5_000) })
      return `server ${name}: ${await answer.then(body => body.text()).catch(String)}`
    }),
  )
  return [...said, '--- now', ...agent.endings(), ...ready, ...rows.map(row => JSON.stringify(row))]
}

/** Lines of errors.log that blame neither database nor Discord nor sender. */
function ownFaults({ logs }: World): string[] {
  return readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter(name => /errors\.log/.test(name))
    .flatMap(name => readFileSync(join(logs, name), 'utf8').split('\n'))
    .filter(line => /"type":"(Type|Reference|Range|Syntax)Error"|fault of (ours|its own)/.test(line))
}

function shuffled<T>(list: readonly T[]): T[] {
  const random = randomFrom(SEED)
  return list
    .map(value => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value)
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}
