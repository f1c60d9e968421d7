import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROUTES } from '@debrief/shared'
import fc from 'fast-check'
import t from 'tap'
import { buildAgent } from '../../../agent/build/build-agent.ts'
import {
  type AgentRun,
  agentConfig,
  roundName,
  runTestAgent,
  testFolder,
  writeRound,
} from '../../support/agent-run.ts'
import { type FakeIngest, type Fault, startFakeIngest } from '../../support/fake-ingest.ts'
import { until } from '../../support/until.ts'

t.jobs = 2

const FAULTS: Fault[] = [
  ...(['error-500', 'hang', 'cut-request', 'answer-lost', 'answer-cut'] as const),
  ...(['captive-portal', 'redirect', 'nginx-413', 'foreign-receipt'] as const),
]

type Step =
  | {
      kind:
        | 'write'
        | 'write_cut'
        | 'append'
        | 'move_in'
        | 'restart_agent'
        | 'restart_server'
        | 'recreate_folder'
    }
  | { kind: 'fail'; fault: Fault; times: number }
  | { kind: 'wait'; ms: number }

/** What may happen in an evening. */
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constant({ kind: 'write' as const }),
  fc.constant({ kind: 'write_cut' as const }),
  fc.constant({ kind: 'append' as const }),
  fc.constant({ kind: 'move_in' as const }),
  fc.constant({ kind: 'restart_agent' as const }),
  fc.constant({ kind: 'restart_server' as const }),
  fc.constant({ kind: 'recreate_folder' as const }),
  fc.record({
    kind: fc.constant('fail' as const),
    fault: fc.constantFrom(...FAULTS),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 250 }) }),
)

t.test(
  'whatever fails in whatever order, in the end the server has exactly what lies in the folder',
  async t => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 14 }), async steps => {
        await playEvening(t, steps)
      }),
      // A fixed seed: the same evenings in each run. More of them: DEBRIEF_EVENINGS=500.
      { numRuns: Number(process.env.DEBRIEF_EVENINGS ?? 6), seed: 20261122, endOnFailure: true },
    )
    t.pass('every evening ended well')
  },
)

async function playEvening(t: { teardown(fn: () => unknown): unknown }, steps: Step[]): Promise<void> {
  const root = await testFolder(t)
  const dir = join(root, 'gamestats')
  await mkdir(dir)
  const ingest = await startFakeIngest()
  t.teardown(() => ingest.stop())
  const faults: Fault[] = []
  ingest.misbehave(path => (path === ROUTES.heartbeat ? null : (faults.shift() ?? null)))
  const config = agentConfig(ingest.url, dir)
  const options = { random: () => 0.02, httpTimeouts: { connectMs: 500, silenceMs: 250, totalMs: 500 } }
  let agent: AgentRun = runTestAgent(t, config, options)
  let last = await writeRound(dir)
  let piece = 0

  for (const step of steps) {
    piece++
    switch (step.kind) {
      case 'write':
        last = await writeRound(dir)
        break
      case 'write_cut':
        last = await writeRound(dir, roundName(), `header\ncut ${piece}`)
        break
      case 'append':
        await appendFile(join(dir, last), `piece ${piece}\n`).catch(ignoreAbsence)
        break
      case 'move_in': {
        last = roundName()
        await writeFile(join(root, last), `moved ${piece}\n`)
        await rename(join(root, last), join(dir, last))
        break
      }
      case 'restart_agent':
        await agent.stop()
        agent = runTestAgent(t, config, options)
        break
      case 'restart_server':
        await ingest.stop()
        await ingest.start()
        break
      case 'recreate_folder': {
        const before = await readdir(dir)
        await rename(dir, `${dir}.${piece}`)
        await mkdir(dir)
        for (const name of before) await rename(join(`${dir}.${piece}`, name), join(dir, name))
        break
      }
      case 'fail':
        for (let i = 0; i < step.times; i++) faults.push(step.fault)
        break
      case 'wait':
        await new Promise(resolve => setTimeout(resolve, step.ms))
        break
    }
  }
  await until('the server has what lies in the folder', () => isComplete(dir, ingest), 30_000)
  await agent.stop()
  await ingest.stop()
}

async function isComplete(dir: string, ingest: FakeIngest): Promise<boolean> {
  const names = await readdir(dir)
  const there = ingest.files()
  if (there.size !== names.length) return false
  for (const name of names) {
    const content = await readFile(join(dir, name))
    if (!there.get(name)?.equals(content)) return false
  }
  return true
}

function ignoreAbsence(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

t.test('killed with -9 ten times in mid-upload, every file is on the server once', async t => {
  const root = await testFolder(t)
  const dir = join(root, 'gamestats')
  await mkdir(dir)
  const ingest = await startFakeIngest()
  t.teardown(() => ingest.stop())
  const program = join(root, 'debrief-agent.cjs')
  await buildAgent(program)
  for (let i = 0; i < 40; i++) await writeRound(dir)

  // Each life brings two files through, has the answer of a third lost, and dies while the fourth hangs.
  const script: (Fault | null)[] = []
  ingest.misbehave(path => {
    if (path !== ROUTES.files) return null
    const next = script.shift()
    return next === undefined ? 'hang' : next
  })
  const env = {
    INGEST_URL: ingest.url,
    INGEST_TOKEN: 'good-token',
    GAMESTATS_DIR: dir,
    STATE_DIR: join(root, 'state'),
  }
  for (let life = 0; life < 10; life++) {
    script.push(null, null, 'answer-lost')
    const before = hanging(ingest)
    const child = spawn(process.execPath, [program, 'run'], { env, stdio: 'ignore' })
    t.teardown(() => child.kill('SIGKILL'))
    await until(`life ${life} hangs in mid-upload`, () => hanging(ingest) > before)
    const ended = ending(child)
    child.kill('SIGKILL')
    await ended
    script.length = 0
  }
  t.ok(ingest.files().size < 40, 'there is still something to do')
  ingest.misbehave(() => null)
  const child = spawn(process.execPath, [program, 'run'], { env, stdio: 'ignore' })
  await until('the last life brings everything through', () => isComplete(dir, ingest))
  const ended = ending(child)
  child.kill('SIGTERM')
  t.equal(await ended, 0, 'SIGTERM ends it with 0')
  for (const name of await readdir(dir)) t.equal(ingest.contentsOf(name).length, 1, name)
  const created = ingest.uploads.filter(({ status }) => status === 201).map(({ name }) => name)
  t.equal(new Set(created).size, created.length, 'no file made two rounds')
  await rm(dir, { recursive: true })
})

function hanging(ingest: FakeIngest): number {
  return ingest.requests.filter(({ fault }) => fault === 'hang').length
}

function ending(child: ChildProcess): Promise<number | null> {
  return new Promise(resolve => child.once('exit', code => resolve(code)))
}
