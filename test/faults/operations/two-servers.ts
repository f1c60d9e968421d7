import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { z } from 'zod'
import { openDatabase } from '../../../server/src/db/database.ts'
import { startEmbeddedPostgres } from '../../../server/src/db/embedded-postgres.ts'
import { migrate } from '../../../server/src/db/migrate.ts'
import { createToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { told } from '../../support/discord/bot-run.ts'
import { startFakeDiscord } from '../../support/discord/fake-discord.ts'
import { shownPosts } from '../../support/discord/shown-posts.ts'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { type ServerProcess, serverProcess } from '../../support/server-process.ts'
import { until } from '../../support/until.ts'
import { season } from '../world/season.ts'
import { BOT, SERVER, settingsOf } from '../world/world.ts'
import { longestGap, steadySender } from './steady-sender.ts'

/**
 * Two servers behind HAProxy, with the settings of docs/operations.md, while files come in: what each end of the leader
 * costs, in seconds. Run by hand (`pnpm test:two-servers`); needs Debian's `haproxy`. Fails where a file or a post is
 * lost or doubled.
 */
const PORTS = { front: 27_180, one: 27_181, two: 27_182 }
const FILES_A_DEED = 80
const EVERY_MS = 250
const FRONT = `http://127.0.0.1:${PORTS.front}`
const DEEDS = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const
type Deed = (typeof DEEDS)[number]

const undo: (() => unknown)[] = []
const t = { teardown: (work: () => unknown) => void undo.push(work) }
const root = mkdtempSync(join(tmpdir(), 'debrief-two-'))
t.teardown(() => rmSync(root, { recursive: true, force: true }))
const log = pino({ level: 'silent' })

const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'pg'), log })
const { db, pool, close } = openDatabase({ url: postgres.url, log })
const discord = await startFakeDiscord({ nonceWindowMs: 0 })
t.teardown(() => postgres.stop())
t.teardown(close)
t.teardown(() => discord.close())
try {
  await measureAll()
} finally {
  for (const work of undo.reverse()) await work()
}
// A question to a server that was killed may still be open.
process.exit()

async function measureAll(): Promise<void> {
  await migrate({ pool, log })
  const { token } = await createToken(db, SERVER)
  const servers = { one: await serve('one'), two: await serve('two') }
  const balancer = await haproxy()
  t.teardown(() => balancer.kill())
  const files = season(1, FILES_A_DEED * DEEDS.length)
  await until(
    'both are ready',
    async () => (await readiness('one')) !== null && (await readiness('two')) !== null,
  )
  for (const [index, deed] of DEEDS.entries())
    await measure({ deed, servers, token }, files.slice(index * FILES_A_DEED, (index + 1) * FILES_A_DEED))
  await compare(files)
}

type Servers = Record<'one' | 'two', ServerProcess>

function serve(name: 'one' | 'two'): Promise<ServerProcess> {
  return serverProcess(t, {
    ...{ ...BOT, ...settingsOf(discord), DATABASE_URL: postgres.url, LOG_DIR: join(root, name) },
    ...{ PORT: String(PORTS[name]), TRUST_PROXY: 'true' },
  })
}

async function haproxy(): Promise<ChildProcess> {
  const settings = join(root, 'haproxy.cfg')
  const server = (name: 'one' | 'two') => `  server ${name} 127.0.0.1:${PORTS[name]} check\n`
  writeFileSync(
    settings,
    'defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n' +
      `frontend front\n  bind 127.0.0.1:${PORTS.front}\n  default_backend debrief\n` +
      'backend debrief\n  option httpchk GET /readyz\n  http-check expect status 200\n' +
      `  default-server inter 1s fall 2 rise 1\n${server('one')}${server('two')}`,
  )
  const child = spawn('haproxy', ['-db', '-f', settings], { stdio: ['ignore', 'ignore', 'inherit'] })
  await until('HAProxy serves', () =>
    fetch(`${FRONT}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return child
}

/** What its bot says; null: it does not answer, or is not ready. */
async function readiness(name: 'one' | 'two'): Promise<string | null> {
  const signal = AbortSignal.timeout(1_000)
  const answer = await fetch(`http://127.0.0.1:${PORTS[name]}/readyz`, { signal }).catch(() => null)
  if (!answer?.ok) return null
  return z.object({ discord: z.string() }).parse(await answer.json()).discord
}

async function measure(
  { deed, servers, token }: { deed: Deed; servers: Servers; token: string },
  some: readonly NightFile[],
): Promise<void> {
  let leader: keyof Servers | undefined
  await until('somebody leads', async () => {
    for (const name of ['one', 'two'] as const) if ((await readiness(name)) === 'online') leader = name
    return leader !== undefined
  })
  const led = leader ?? 'one'
  const other = led === 'one' ? 'two' : 'one'
  const sender = steadySender(FRONT, token, 120_000)
  const sending: Promise<void>[] = []
  let done = 0
  const facts = { leads: Number.NaN, posts: Number.NaN }
  for (const [index, file] of some.entries()) {
    sending.push(sender.send(file))
    if (index === 8) {
      done = performance.now()
      const posts = discord.messages().length
      servers[led].signal(deed)
      void until('the other leads', async () => (await readiness(other)) === 'online', 60_000).then(
        async () => {
          facts.leads = performance.now() - done
        },
      )
      // What the former leader had under way when it ended may still arrive.
      const before = Math.max(posts, discord.messages().length)
      void until(
        'there is a post',
        () => Number.isFinite(facts.leads) && discord.messages().length > before,
        90_000,
      ).then(() => (facts.posts = performance.now() - done))
    }
    await sleep(EVERY_MS)
  }
  await Promise.all(sending)
  await until('the other leads and posts', () => Number.isFinite(facts.posts), 90_000)
  if (deed === 'SIGSTOP') servers[led].signal('SIGCONT')
  else await servers[led].restart()
  await told(db, 120_000)
  await until('both are ready', async () => (await readiness(led)) !== null)
  say(
    `${deed} of the leader: another leads after ${seconds(facts.leads)}, its first post after ${seconds(facts.posts)}; ` +
      `longest time without a stored file ${seconds(longestGap(sender.storedAt))}, slowest file ${seconds(sender.slowestMs)}; ` +
      `senders saw ${[...sender.seen].map(([answer, times]) => `${times} × ${answer}`).join(', ')}`,
  )
}

async function compare(files: readonly NightFile[]): Promise<void> {
  const stored = await db.selectFrom('processed_files').select('filename').execute()
  if (stored.length !== files.length) throw new Error(`${stored.length} of ${files.length} files are stored.`)
  const rounds = await db.selectFrom('rounds').select('round_id').execute()
  const posts = await shownPosts(db, discord.messages())
  const links = posts.flatMap(post => /\/rounds\/[^"]+/.exec(post)?.[0] ?? [])
  if (new Set(links).size !== links.length || links.length !== rounds.length)
    throw new Error(
      `${links.length} posts, ${new Set(links).size} different ones, of ${rounds.length} rounds.`,
    )
  say(`${files.length} files stored, ${links.length} rounds posted once each.`)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
