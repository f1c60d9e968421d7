import fc from 'fast-check'
import t from 'tap'
import { BACKOFF_CAP_MS, backoff } from '../../../agent/src/delivery/backoff.ts'
import { Gate } from '../../../agent/src/delivery/gate.ts'
import { questionChunks } from '../../../agent/src/delivery/question-chunks.ts'
import {
  observe,
  QUIET_FOR_SLOW_MS,
  QUIET_MS,
  QUIET_WHEN_CUT_MS,
  settle,
} from '../../../agent/src/delivery/settle.ts'
import type { Unanswered } from '../../../agent/src/http/outcomes.ts'
import { testClock } from '../../support/test-clock.ts'

const WHOLE = Buffer.from('a line\n')
const CUT = Buffer.from('a li')
const OK = { kind: 'answered' } as const
const DOWN = { kind: 'retry', reason: 'down', retryAfterMs: null, fault: 'server' } as const
const DOWN_FOR_IT = { ...DOWN, fault: 'request' } as const
const REFUSED = { kind: 'unauthorized', reason: 'revoked' } as const

/** An attempt that is under way until it is told what came of it. */
function attempt(gate: Gate) {
  const { promise, resolve } = withResolvers<typeof OK | Unanswered>()
  let isMade = false
  const passed = gate.pass(() => {
    isMade = true
    return promise
  })
  return {
    isMade: () => isMade,
    async end(outcome: typeof OK | Unanswered) {
      resolve(outcome)
      return passed
    },
  }
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(done => {
    resolve = done
  })
  return { promise, resolve }
}

/** Whether the gate lets an attempt through now; it is abandoned, which says nothing about the server. */
async function isOpen(gate: Gate): Promise<boolean> {
  const abandoned = new Error('abandoned')
  const passed = await gate.pass(() => Promise.reject(abandoned)).catch(error => error)
  return passed === abandoned
}

t.test('the backoff grows, is jittered over its whole length, and never exceeds a minute', async t => {
  t.equal(
    backoff(1, () => 0.999),
    999,
  )
  t.equal(
    backoff(4, () => 0.5),
    4_000,
  )
  t.equal(
    backoff(100, () => 0.999999),
    BACKOFF_CAP_MS,
  )
  fc.assert(
    fc.property(
      fc.nat(),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, random) => {
        const ms = backoff(failures, () => random)
        return ms >= 50 && ms <= BACKOFF_CAP_MS
      },
    ),
  )
})

t.test('a file is settled when it stood still: soon if its last line has an end, later if not', async t => {
  const file = observe(null, { bytes: 7, mtimeMs: 1 }, 1_000)
  t.same(settle(file, 1_000 + QUIET_MS - 1, null), { kind: 'wait', ms: 1 })
  t.same(settle(file, 1_000 + QUIET_MS, null), { kind: 'settled' }, 'it may be read')
  t.same(settle(file, 1_000 + QUIET_MS, WHOLE), { kind: 'settled' })
  t.same(settle(file, 1_000 + QUIET_MS, CUT), { kind: 'wait', ms: QUIET_WHEN_CUT_MS - QUIET_MS })
  t.same(settle(file, 1_000 + QUIET_MS, Buffer.alloc(0)), { kind: 'wait', ms: QUIET_WHEN_CUT_MS - QUIET_MS })
  t.same(
    settle(file, 1_000 + QUIET_WHEN_CUT_MS, CUT),
    { kind: 'settled' },
    'a dead writer’s file is sent as well',
  )
})

t.test(
  'any change, of size or of time, begins the wait anew; a look that says the same does not',
  async t => {
    const first = observe(null, { bytes: 7, mtimeMs: 1 }, 1_000)
    t.equal(observe(first, { bytes: 7, mtimeMs: 1 }, 1_100), first)
    t.equal(observe(first, { bytes: 8, mtimeMs: 1 }, 1_100).since, 1_100)
    t.equal(observe(first, { bytes: 7, mtimeMs: 2 }, 1_100).since, 1_100)
  },
)

t.test('a writer that has paused is given three times its longest pause, up to a limit', async t => {
  const first = observe(null, { bytes: 0, mtimeMs: 1 }, 1_000)
  const quick = observe(observe(first, { bytes: 7, mtimeMs: 2 }, 1_003), { bytes: 9, mtimeMs: 3 }, 1_008)
  t.same(settle(quick, 1_008 + QUIET_MS, WHOLE), { kind: 'settled' }, 'the game, in one frame')
  const slow = observe(first, { bytes: 7, mtimeMs: 2 }, 1_030)
  t.same(settle(slow, 1_030 + QUIET_MS, WHOLE), { kind: 'wait', ms: 90 - QUIET_MS })
  t.same(settle(observe(slow, { bytes: 8, mtimeMs: 3 }, 1_031), 1_031 + 90, WHOLE), { kind: 'settled' })
  const later = observe(first, { bytes: 7, mtimeMs: 2 }, 3_600_000)
  t.same(settle(later, 3_600_000 + QUIET_FOR_SLOW_MS, WHOLE), { kind: 'settled' }, 'appended an hour later')
  t.same(
    settle(first, 1_000 + 1_100, WHOLE, 1_100),
    { kind: 'settled' },
    'never sooner than the source can tell',
  )
  t.match(settle(first, 1_000 + 1_000, WHOLE, 1_100), { kind: 'wait' })
})

t.test('after a failure one request at a time tries the server, until one succeeds', async t => {
  const clock = testClock()
  const gate = new Gate({ clock, random: () => 0.5 })
  const four = [1, 2, 3, 4].map(() => attempt(gate))
  t.ok(four.every(({ isMade }) => isMade()))
  for (const { end } of four) t.same(await end(DOWN), DOWN)
  t.equal(gate.opensAt() - clock.now(), 500, 'what was under way together fails together')
  t.same(await attempt(gate).end(OK), { kind: 'closed', reason: 'down' })
  await clock.pass(500)
  const probe = attempt(gate)
  t.ok(gate.isProbing())
  t.notOk(attempt(gate).isMade(), 'one probe only')
  await probe.end(DOWN)
  t.equal(gate.opensAt() - clock.now(), 1_000)
  await clock.pass(1_000)
  const recoveries: unknown[] = []
  gate.onChange(recovery => {
    if (recovery) recoveries.push(recovery)
  })
  await attempt(gate).end(OK)
  t.same(recoveries, [{ awayMs: 1_500, wasOutage: true, wasRefused: false }])
  t.notOk(gate.isTrying())
  t.equal(gate.reason(), null)
})

t.test('what an attempt throws says nothing about the server', async t => {
  const gate = new Gate({ clock: testClock() })
  t.ok(await isOpen(gate))
  t.ok(await isOpen(gate))
  t.notOk(gate.isTrying())
})

t.test('one failure is bad luck, two are an outage; so is a heartbeat that finds nobody', async t => {
  const clock = testClock()
  const gate = new Gate({ clock, random: () => 0.5 })
  const recoveries: boolean[] = []
  gate.onChange(recovery => {
    if (recovery) recoveries.push(recovery.wasOutage)
  })
  await attempt(gate).end(DOWN)
  await clock.pass(500)
  await attempt(gate).end(OK)
  gate.hear(DOWN)
  gate.hear(OK)
  gate.hear(DOWN_FOR_IT)
  t.ok(await isOpen(gate), 'a fault of the heartbeat alone is none of the uploads’')
  t.same(recoveries, [false, true])
})

t.test('Retry-After is honoured, also if another request or a heartbeat succeeds meanwhile', async t => {
  const clock = testClock()
  const gate = new Gate({ clock, random: () => 0.5 })
  const early = attempt(gate)
  await attempt(gate).end({ ...DOWN, retryAfterMs: 90_000 })
  await early.end(OK)
  gate.hear(OK)
  t.ok(gate.opensAt() >= 90_000, 'longer than our own cap')
  await clock.pass(89_999)
  t.notOk(await isOpen(gate))
  await clock.pass(10_000)
  t.ok(await isOpen(gate))
  await attempt(gate).end({ ...DOWN, retryAfterMs: 1e12 })
  t.ok(gate.opensAt() - clock.now() <= 3_605_000, 'but not for ever')
})

t.test('a refused token closes the gate for a minute; a new one opens it at once', async t => {
  const clock = testClock()
  const gate = new Gate({ clock })
  await attempt(gate).end(REFUSED)
  t.ok(gate.isRefused())
  await clock.pass(59_000)
  t.notOk(await isOpen(gate))
  gate.reopen()
  t.notOk(gate.isRefused())
  t.ok(await isOpen(gate))
  gate.hear(REFUSED)
  t.ok(gate.isRefused(), 'an idle agent learns it from its heartbeat')
})

t.test('questions stay below 10 000 files and a megabyte, and none is lost', async t => {
  const files = Array.from({ length: 25_000 }, (_, i) => ({
    name: `${i}-round-1.txt`,
    bytes: i,
    sha256: 'a'.repeat(64),
  }))
  const chunks = [...questionChunks(files)]
  t.same(chunks.flat(), files)
  for (const chunk of chunks) {
    t.ok(chunk.length <= 10_000)
    t.ok(JSON.stringify({ files: chunk }).length < 1_000_000)
  }
  t.same([...questionChunks([])], [])
})

t.test('a question of names that JSON writes longer stays below a megabyte', async t => {
  for (const piece of ['x', '"', '\\', '\u0001', 'ü', '\u{1f600}', '\ud800']) {
    const files = Array.from({ length: 20_000 }, (_, i) => ({
      name: piece.repeat(100) + i,
      bytes: 10 ** (i % 7),
    }))
    const chunks = [...questionChunks(files)]
    t.same(chunks.flat(), files)
    const sizes = chunks.map(chunk => Buffer.byteLength(JSON.stringify({ files: chunk })))
    t.ok(Math.max(...sizes) < 1_000_000)
    t.ok(Math.max(...sizes) > 890_000 || chunks.length === 2, 'and is no smaller than it need be')
  }
})
