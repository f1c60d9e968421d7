import fc from 'fast-check'
import t from 'tap'
import { BACKOFF_CAP_MS, backoff } from '../../../agent/src/delivery/backoff.ts'
import { createGate } from '../../../agent/src/delivery/gate.ts'
import { questionChunks } from '../../../agent/src/delivery/question-chunks.ts'
import { observe, QUIET_MS, QUIET_WHEN_CUT_MS, settle } from '../../../agent/src/delivery/settle.ts'
import { testClock } from '../../support/test-clock.ts'

const WHOLE = Buffer.from('a line\n')
const CUT = Buffer.from('a li')
const FAILED = { kind: 'failed', reason: 'down', retryAfterMs: null } as const

function ticketOf(gate: ReturnType<typeof createGate>) {
  const ticket = gate.enter()
  if (!ticket) throw new Error('The gate is closed.')
  return ticket
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

t.test('after a failure one request at a time tries the server, until one succeeds', async t => {
  const clock = testClock()
  const gate = createGate({ clock, random: () => 0.5 })
  const four = [1, 2, 3, 4].map(() => ticketOf(gate))
  for (const ticket of four) gate.leave(ticket, FAILED)
  t.equal(gate.failures(), 1, 'what was under way together fails together')
  t.equal(gate.enter(), null, 'closed')
  t.equal(gate.reason(), 'down')
  await clock.pass(500)
  const probe = ticketOf(gate)
  t.equal(gate.enter(), null, 'one probe only')
  gate.leave(probe, FAILED)
  t.equal(gate.opensAt() - clock.now(), 1_000)
  await clock.pass(1_000)
  let recoveredFrom = 0
  gate.onChange(before => {
    recoveredFrom = Math.max(recoveredFrom, before)
  })
  gate.leave(ticketOf(gate), { kind: 'ok' })
  t.equal(recoveredFrom, 2)
  t.ok(gate.enter() && gate.enter(), 'open for all')
  t.equal(gate.reason(), null)
})

t.test('Retry-After is honoured, also if another request succeeds meanwhile', async t => {
  const clock = testClock()
  const gate = createGate({ clock, random: () => 0.5 })
  const early = ticketOf(gate)
  gate.leave(ticketOf(gate), { kind: 'failed', reason: 'too fast', retryAfterMs: 90_000 })
  gate.leave(early, { kind: 'ok' })
  t.ok(gate.opensAt() >= 90_000, 'longer than our own cap')
  await clock.pass(89_999)
  t.equal(gate.enter(), null)
  await clock.pass(10_000)
  t.ok(gate.enter())
  gate.leave({ generation: 1 }, { kind: 'failed', reason: 'nonsense', retryAfterMs: 1e12 })
  t.ok(gate.opensAt() - clock.now() <= 3_605_000, 'but not for ever')
})

t.test('a refused token closes the gate for a minute; a new one opens it at once', async t => {
  const clock = testClock()
  const gate = createGate({ clock })
  gate.leave(ticketOf(gate), { kind: 'unauthorized', reason: 'revoked' })
  t.ok(gate.isRefused())
  await clock.pass(59_000)
  t.equal(gate.enter(), null)
  gate.reopen()
  t.notOk(gate.isRefused())
  t.ok(gate.enter())
})

t.test('questions stay below 10 000 files and a megabyte, and none is lost', async t => {
  const files = Array.from({ length: 25_000 }, (_, i) => ({
    name: `${i}-round-1.txt`,
    bytes: i,
    sha256: 'a'.repeat(64),
  }))
  const chunks = questionChunks(files)
  t.same(chunks.flat(), files)
  for (const chunk of chunks) {
    t.ok(chunk.length <= 10_000)
    t.ok(JSON.stringify({ files: chunk }).length < 1_000_000)
  }
  t.same(questionChunks([]), [])
})
