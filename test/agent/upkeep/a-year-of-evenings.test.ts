import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { testFolder, writeRound } from '../../support/agent-run.ts'
import { startFakeIngest } from '../../support/fake-ingest.ts'
import { programFile } from '../../support/program-file.ts'
import { until } from '../../support/until.ts'
import type { Held } from '../../support/year-agent.ts'

/** Three weeks in the suite; `AGENT_DAYS=365` is a year, and takes some minutes: half a million heartbeats. */
const DAYS = Number(process.env.AGENT_DAYS ?? '20')
const ROUNDS = 12
const DAY_MS = 86_400_000

t.test(`${DAYS} evenings without a restart leave nothing behind`, { timeout: 3_600_000 }, async t => {
  const root = await testFolder(t)
  const dir = join(root, 'gamestats')
  await mkdir(dir)
  const ingest = await startFakeIngest()
  t.teardown(() => ingest.stop())
  const agent = fork(await programFile('test/support/year-agent.ts'), {
    // Heartbeats are made and thrown away by the ten thousand.
    execArgv: ['--expose-gc', '--max-semi-space-size=64'],
    env: {
      PATH: process.env.PATH,
      INGEST_URL: ingest.url,
      INGEST_TOKEN: 'good-token',
      GAMESTATS_DIR: dir,
      STATE_DIR: join(root, 'state'),
      SCAN_SECONDS: '3600',
    },
  })
  t.teardown(() => agent.kill('SIGKILL'))
  const pass = async (passMs: number, isAsked = false): Promise<Held | null> => {
    agent.send({ passMs, isAsked })
    const [held] = await once(agent, 'message')
    return held
  }

  const third = Math.floor(DAYS / 3)
  const [earlyDays, lateDays]: [Held[], Held[]] = [[], []]
  for (let day = 1; day <= DAYS; day++) {
    for (let round = 0; round < ROUNDS; round++) await writeRound(dir)
    await until(`the rounds of day ${day} are delivered`, async () => {
      await pass(1_000)
      return ingest.files().size === day * ROUNDS
    })
    const asked = day > DAYS - 3 ? lateDays : day > third && day <= third + 3 ? earlyDays : null
    const held = await pass(DAY_MS, asked !== null)
    if (held) asked?.push(held)
  }
  t.equal(ingest.uploads.length, DAYS * ROUNDS, 'each round was sent once')
  const [early, late] = [leastHeap(earlyDays), leastHeap(lateDays)]
  if (!early || !late) throw new Error('An evening is missing.')
  t.comment(`after a third: ${JSON.stringify(early)}; at the end: ${JSON.stringify(late)}`)
  t.equal(late.watches, 1, 'the folder alone is watched')
  t.ok(late.descriptors <= early.descriptors + 4, 'nothing stays open')
  const files = (DAYS - third - 3) * ROUNDS
  const growth = late.heapBytes - early.heapBytes
  // What is compiled meanwhile is up to half a megabyte. 70 bytes kept of each heartbeat would be more than this.
  t.ok(growth < 1_000_000 + files * 1_000, `${growth} bytes more, for ${files} files that it knows by name`)
})

/** What a day holds differs by what was compiled and collected on it; what is never let go is there on each. */
function leastHeap(days: readonly Held[]): Held | undefined {
  return [...days].sort((a, b) => a.heapBytes - b.heapBytes)[0]
}
