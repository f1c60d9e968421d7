import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { botRun, told } from '../../support/discord/bot-run.ts'
import { recentFiles } from '../../support/discord/recent-files.ts'
import type { Fault } from '../../support/discord/state.ts'
import { deliver, gameServer } from '../../support/import-files.ts'
import { programFile } from '../../support/program-file.ts'
import { until } from '../../support/until.ts'

/** DEBRIEF_STORM=full: 200 rounds and ten kills, in a minute or so. */
const IS_FULL = process.env.DEBRIEF_STORM === 'full'
const ROUNDS = IS_FULL ? 200 : 20
const KILLS = IS_FULL ? 10 : 2

t.test(
  `${ROUNDS} rounds under a storm, the process killed ${KILLS} times: each posted once, in order`,
  { timeout: 300_000 },
  async t => {
    const run = await botRun(t, { isStarted: false })
    const { discord, db } = run
    let seed = 7
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed / 2_147_483_647
    }
    discord.misbehave(({ path }) => (path.startsWith('/channels/') ? storm(random) : null))

    const files = recentFiles()
    const imported: string[] = []
    let isOver = false
    const importing = (async () => {
      for (let round = 0; imported.length < ROUNDS; round += 1) {
        // The same evening on many game servers: each round another one.
        const server = await gameServer(db, `server ${round}`, 'UTC')
        for (const file of files) {
          if (imported.length === ROUNDS) break
          const receipt = await deliver(db, server, file)
          imported.push(`https://stats.example.org/rounds/${receipt.round?.id}`)
          await new Promise(resolve => setTimeout(resolve, 20))
        }
      }
      isOver = true
    })()

    let child: ChildProcess | null = null
    t.teardown(() => child?.kill('SIGKILL'))
    const killed: number[] = []
    for (let kill = 0; kill <= KILLS; kill += 1) {
      child = await startBot({ ...run.env, DATABASE_URL: run.url })
      if (kill === KILLS) break
      const before = discord.messages().length
      const target = Math.min(before + Math.ceil(ROUNDS / (KILLS + 2)), ROUNDS - 1)
      await until(`${target} posts stand there`, () => discord.messages().length >= target, 120_000)
      child.kill('SIGKILL')
      await once(child, 'exit')
      killed.push(discord.messages().length)
    }
    await importing
    t.ok(isOver)
    await told(db, 240_000)
    const posted = discord.messages().map(message => message.embeds[0]?.url)
    t.equal(killed.length, KILLS)
    t.equal(new Set(posted).size, ROUNDS, 'every round')
    t.equal(posted.length, ROUNDS, 'none twice')
    t.strictSame(posted, imported, 'in order')
    const faults = discord.requests.filter(({ fault }) => fault !== null).length
    t.comment(
      `${discord.requests.length} requests, ${faults} of them failed; killed at ${killed.join(', ')} posts`,
    )
  },
)

function storm(random: () => number): Fault | null {
  const dice = random()
  if (dice < 0.1) return { kind: 'limit', seconds: 0.05 + random() / 5, global: random() < 0.3 }
  if (dice < 0.2) return { kind: 'error', status: dice < 0.15 ? 500 : 502 }
  if (dice < 0.25) return { kind: 'applied-error', status: 500 }
  if (dice < 0.32) return { kind: 'drop' }
  if (dice < 0.42) return { kind: 'lost' }
  if (dice < 0.5) return { kind: 'slow', ms: Math.round(random() * 200) }
  return null
}

async function startBot(env: Record<string, string>): Promise<ChildProcess> {
  return spawn(process.execPath, [await programFile('test/support/discord/bot-process.ts')], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
}
