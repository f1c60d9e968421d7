import fc from 'fast-check'
import t from 'tap'
import { nextVoiceStep, type OpenVoice } from '../../../server/src/voice/next-voice-step.ts'
import { type BotRun, botRun, told } from '../../support/discord/bot-run.ts'
import { recentFiles } from '../../support/discord/recent-files.ts'
import { deliverAll } from '../../support/import-files.ts'
import { until } from '../../support/until.ts'

const files = recentFiles()
const RULES = { voiceStartCount: 6, voiceEndCount: 2, voiceEndSeconds: 180 }
const reports = (run: BotRun) => run.discord.messages().filter(({ attachments }) => attachments.length === 2)

t.test('six begin it; fewer than two for 180 s end it; two in time go on', async t => {
  const at = (seconds: number) => new Date(seconds * 1000)
  const low: OpenVoice = { lowSince: at(0) }
  t.equal(nextVoiceStep(null, 5, at(0), RULES), null)
  t.equal(nextVoiceStep(null, 6, at(0), RULES), 'begin')
  t.equal(nextVoiceStep({ lowSince: null }, 2, at(0), RULES), null)
  t.equal(nextVoiceStep({ lowSince: null }, 1, at(0), RULES), 'low')
  t.equal(nextVoiceStep(low, 1, at(179), RULES), null)
  t.equal(nextVoiceStep(low, 1, at(180), RULES), 'end')
  t.equal(nextVoiceStep(low, 2, at(180), RULES), 'recover')
})

/** What the database would hold after these looks. A look is all that there is: between two, nothing is remembered. */
function run(looks: { at: number; people: number }[]): string[] {
  const told: string[] = []
  let open: OpenVoice | null = null
  for (const { at, people } of looks) {
    const now = new Date(at * 1000)
    const step = nextVoiceStep(open, people, now, RULES)
    if (!step) continue
    if (step === 'end') open = null
    else open = { lowSince: step === 'low' ? now : null }
    if (step === 'begin' || step === 'end') told.push(`${step} ${at}`)
  }
  return told
}

t.test(
  'a restart between any two looks changes nothing: all that is known is in what was written down',
  async t => {
    const looks = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(looks, steps => {
        let at = 0
        const timeline = steps.map(([pause, people]) => {
          at += pause
          return { at, people }
        })
        const told = run(timeline)
        // Begin and end take turns, and each end comes after 180 s of looks at fewer than two.
        t.ok(told.every((line, index) => line.startsWith(index % 2 === 0 ? 'begin' : 'end')))
        for (const line of told.filter(line => line.startsWith('end'))) {
          const end = Number(line.slice(4))
          const lastMany = timeline.filter(look => look.at < end && look.people >= 2).at(-1)
          t.ok(lastMany && end - lastMany.at >= 180)
        }
        // Looking more often, as a server that was not restarted does, never adds or takes away a gathering's end.
        const often = timeline.flatMap(look => [look, { ...look, at: look.at + 0.5 }])
        t.equal(
          run(often).filter(line => line.startsWith('begin')).length >=
            told.filter(line => line.startsWith('begin')).length,
          true,
        )
      }),
      { numRuns: 100 },
    )
  },
)

interface Evening {
  run: BotRun
  clock: { now: number }
  join(count: number): void
  leave(rest: number): void
  ended(): Promise<number>
}

/** Its clock is set back, for it will be put forward, and the database has its own. */
async function evening(t: Parameters<typeof botRun>[0], setBackMs = 40 * 86_400_000): Promise<Evening> {
  const clock = { now: Date.now() - setBackMs }
  const run = await botRun(t, { env: { AUTOPOST_ROUNDS: 'false' }, now: () => new Date(clock.now) })
  const people = [...Array(8).keys()].map(index => String(600 + index))
  return {
    run,
    clock,
    join: count => {
      for (const [index, person] of people.slice(0, count).entries())
        run.discord.voice(person, index % 2 ? '4001' : '4002')
    },
    leave: rest => {
      for (const person of people.slice(rest)) run.discord.voice(person, null)
    },
    ended: async () => {
      const rows = await run.db.selectFrom('voice_sessions').select('ended_at').execute()
      return rows.filter(row => row.ended_at !== null).length
    },
  }
}

const open = (run: BotRun, isLow: boolean) =>
  until(isLow ? 'hardly anybody is left' : 'a gathering is under way', async () => {
    const row = await run.db
      .selectFrom('voice_sessions')
      .selectAll()
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return row !== undefined && (row.low_since !== null) === isLow
  })

/** Restarts in every gap, in one, or in none: what is posted is the same. */
for (const gaps of ['no', 'every'] as const) {
  t.test(`an evening with ${gaps} restarts in its gaps: the report comes once`, async t => {
    const { run, clock, join, leave, ended } = await evening(t)
    const gap = async () => {
      if (gaps === 'every') await run.restart()
    }
    run.discord.voice('900', '4001', { bot: true })
    join(5)
    await gap()
    t.equal(
      (await run.db.selectFrom('voice_sessions').selectAll().execute()).length,
      0,
      'five and a music bot are five',
    )
    join(6)
    await open(run, false)
    await gap()
    await deliverAll(run.db, run.server, files.slice(-6, -2))
    await told(run.db)
    await gap()
    leave(1)
    await open(run, true)
    clock.now += 179_000
    await gap()
    join(2)
    await open(run, false)
    await gap()
    clock.now += 1_000_000
    leave(0)
    await open(run, true)
    t.equal(await ended(), 0)
    await gap()
    clock.now += 180_000
    await until('it has ended', async () => (await ended()) === 1)
    await gap()
    await until('the report', () => reports(run).length === 1)
    await told(run.db)

    join(7)
    await open(run, false)
    leave(0)
    await open(run, true)
    await gap()
    clock.now += 180_000
    await until('it has ended again', async () => (await ended()) === 2)
    await told(run.db)
    t.equal(reports(run).length, 1, 'no round was counted since: nothing')

    join(7)
    await open(run, false)
    await deliverAll(run.db, run.server, files.slice(-2))
    await gap()
    leave(0)
    await open(run, true)
    clock.now += 180_000
    await until('it has ended a third time', async () => (await ended()) === 3)
    await until('another report', () => reports(run).length === 2)
    await told(run.db)
  })
}

t.test('the server was down when everybody left: the report comes once, after the restart', async t => {
  const { run, clock, join, leave, ended } = await evening(t)
  join(6)
  await open(run, false)
  await deliverAll(run.db, run.server, files.slice(-4))
  await run.stop()
  leave(0)
  clock.now += 3_600_000
  run.start()
  await open(run, true)
  clock.now += 180_000
  await until('it has ended', async () => (await ended()) === 1)
  await until('the report', () => reports(run).length === 1)
})

t.test('voice without rounds, or with old ones alone: nothing', async t => {
  const { run, clock, join, leave, ended } = await evening(t, 0)
  run.env.AUTOPOST_MAX_AGE_MINUTES = '120'
  await run.restart()
  await deliverAll(run.db, run.server, files.slice(0, 4))
  join(6)
  await open(run, false)
  await deliverAll(run.db, run.server, files.slice(4, 8))
  leave(0)
  await open(run, true)
  clock.now += 180_000
  await until('it has ended', async () => (await ended()) === 1)
  await told(run.db)
  t.equal(run.discord.messages().length, 0)
})

t.test(
  'a guild that Discord cannot reach, and a connection that is lost, are not an empty channel',
  async t => {
    const { run, clock, join, ended } = await evening(t)
    join(6)
    await open(run, false)
    run.discord.gateway.dispatch('GUILD_DELETE', { id: run.discord.state.guildId, unavailable: true })
    clock.now += 1_000_000
    run.discord.state.guildAvailable = false
    run.discord.gateway.invalidate()
    await until(
      'it is back',
      () => run.discord.gateway.identifies.length === 2 && run.state.discord === 'online',
    )
    clock.now += 1_000_000
    run.discord.gateway.dispatch('GUILD_CREATE', run.discord.state.guildCreate())
    run.discord.voice('700', '4001')
    await run.stop()
    t.equal(await ended(), 0)
    const row = await run.db.selectFrom('voice_sessions').selectAll().executeTakeFirstOrThrow()
    t.equal(row.low_since, null)
  },
)

t.test('the last round’s file comes after the report: the report is edited', async t => {
  const { run, clock, join, leave } = await evening(t)
  join(6)
  await open(run, false)
  await deliverAll(run.db, run.server, files.slice(-4, -1))
  leave(0)
  await open(run, true)
  clock.now += 180_000
  await until('the report', () => reports(run).length === 1)
  await told(run.db)
  const before = run.discord.messages()[0]?.embeds[0]?.description
  await deliverAll(run.db, run.server, files.slice(-1))
  await until('edited', () => run.discord.messages()[0]?.embeds[0]?.description !== before)
  t.equal(reports(run).length, 1, 'and not posted again')
})
