import { pino } from 'pino'
import t from 'tap'
import { noteSilentAgents } from '../../../server/src/agents/note-silent-agents.ts'
import { loadConfig } from '../../../server/src/config.ts'
import { checkDiscord } from '../../../server/src/discord/doctor/check-discord.ts'
import { POLL_MS } from '../../../server/src/discord/telling/keep-telling.ts'
import { dropEvent, listOutbox, retryEvent } from '../../../server/src/outbox/by-hand.ts'
import { drainOutbox, type Outcome } from '../../../server/src/outbox/drain.ts'
import { pruneOutbox } from '../../../server/src/outbox/prune-outbox.ts'
import { botRun, told } from '../../support/discord/bot-run.ts'
import { startFakeDiscord } from '../../support/discord/fake-discord.ts'
import { nth, recentFiles } from '../../support/discord/recent-files.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'
import { until } from '../../support/until.ts'

const files = recentFiles()
const log = pino({ level: 'silent' })
const running = new AbortController().signal

t.test(
  'events are told in order; one that waits holds up the later ones, one set aside does not',
  async t => {
    const { db } = await testDatabase(t)
    await deliverAll(db, await gameServer(db), files.slice(0, 4))
    const seen: string[] = []
    let outcomeOf2: Outcome = { kind: 'wait', reason: 'Discord is away.', needsHelp: false }
    const handle = async ({ subject }: { subject: string }): Promise<Outcome> => {
      seen.push(subject)
      return subject === 'round 2' ? outcomeOf2 : { kind: 'done' }
    }
    t.match(await drainOutbox({ db, log, handle }, running), {
      kind: 'blocked',
      told: 1,
      reason: 'Discord is away.',
    })
    t.strictSame(seen.splice(0), ['round 1', 'round 2'])
    outcomeOf2 = { kind: 'set_aside', reason: 'Discord does not take this.' }
    t.match(await drainOutbox({ db, log, handle }, running), { kind: 'empty' })
    t.strictSame(seen.splice(0), ['round 2', 'round 3', 'round 4'])
    t.match(await listOutbox(db, { all: false }), [{ subject: 'round 2', state: 'set aside', attempts: 2 }])

    const [aside] = await listOutbox(db, { all: false })
    t.equal(await retryEvent(db, aside?.eventId ?? 0), true)
    outcomeOf2 = { kind: 'done' }
    await drainOutbox({ db, log, handle }, running)
    t.strictSame(await listOutbox(db, { all: false }), [])
    t.equal(await retryEvent(db, 999), false)
  },
)

t.test('only people give an event up, and can take that back', async t => {
  const { db } = await testDatabase(t)
  await deliver(db, await gameServer(db), nth(files, 0))
  const [event] = await listOutbox(db, { all: false })
  const id = event?.eventId ?? 0
  t.equal(await dropEvent(db, id), true)
  t.equal(await dropEvent(db, id), false)
  t.match(await listOutbox(db, { all: true }), [{ state: 'given up', lastError: 'Given up by hand.' }])
  await retryEvent(db, id)
  t.match(await listOutbox(db, { all: false }), [{ state: 'waiting' }])
})

t.test('an event of another version is set aside, not guessed at', async t => {
  const { db } = await testDatabase(t)
  await db.insertInto('outbox').values({ kind: 'from_the_future', subject: 'x', payload: '{}' }).execute()
  const handle = async (): Promise<Outcome> => t.fail('it must not be handled') as never
  t.match(await drainOutbox({ db, log, handle }, running), { kind: 'empty' })
  t.match(await listOutbox(db, { all: false }), [{ state: 'set aside', lastError: /does not know/ }])
})

t.test('what was told long ago goes', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), files.slice(0, 3))
  const day = 86_400_000
  await db
    .updateTable('outbox')
    .set({ done_at: new Date(Date.now() - 8 * day) })
    .where('subject', '=', 'round 1')
    .execute()
  await db
    .updateTable('outbox')
    .set({ done_at: new Date(Date.now() - 6 * day) })
    .where('subject', '=', 'round 2')
    .execute()
  t.equal(await pruneOutbox(db), 1)
  t.match(await listOutbox(db, { all: true }), [{ subject: 'round 2' }, { subject: 'round 3' }])
})

t.test('a silent agent is told once for each silence', async t => {
  const run = await botRun(t)
  const heard = async (minutesAgo: number) => {
    await run.pool.query('delete from agent_heartbeats')
    await run.pool.query(
      `insert into agent_heartbeats (server_id, agent_id, version, source, started_at, sent_at, received_at, waiting)
       values ($1, '*agent*', '1', 'agent', now(), now(), now() - make_interval(mins => $2), 3)`,
      [run.server.serverId, minutesAgo],
    )
  }
  await heard(10)
  await noteSilentAgents(run.db)
  t.strictSame(run.discord.messages('3002'), [])
  await heard(20)
  await noteSilentAgents(run.db)
  await noteSilentAgents(run.db)
  await told(run.db)
  await run.db.deleteFrom('outbox').execute()
  await noteSilentAgents(run.db)
  await told(run.db)
  t.equal(run.discord.messages('3002').length, 1)
  t.match(run.discord.messages('3002')[0]?.embeds[0]?.description, /^\\\*agent\\\* of test .*3 files/)
  await heard(30)
  await noteSilentAgents(run.db)
  await until('the next silence', () => run.discord.messages('3002').length === 2)
})

t.test('`debrief discord check` says what is missing', async t => {
  const discord = await startFakeDiscord()
  t.teardown(() => discord.close())
  const check = async (env: Record<string, string> = {}) => {
    const settings = {
      DISCORD_TOKEN: discord.state.token,
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_STATS_CHANNEL_ID: '3001',
      ...env,
    }
    const findings = await checkDiscord(loadConfig(settings).discord)
    return findings.filter(({ isRight }) => !isRight).map(({ text }) => text)
  }
  t.strictSame(await check(), [])
  t.match(await check({ DISCORD_TOKEN: 'wrong' }), [/refuses DISCORD_TOKEN/])
  t.match(await check({ DISCORD_STATS_CHANNEL_ID: '3009' }), [/knows no channel 3009/])
  t.match(await check({ DISCORD_VOICE_CHANNEL_IDS: '4001,3001' }), [/3001 is not a voice channel/])
  discord.state.channels
    .get('3001')
    ?.overwrites.push(
      { id: '2001', type: 0, allow: '0', deny: String(0x8000 + 0x10000) },
      { id: '1001', type: 1, allow: String(0x10000), deny: '0' },
    )
  t.strictSame(await check(), ['DISCORD_STATS_CHANNEL_ID: in #stats the bot lacks Attach Files.'])
  discord.state.messageContentAllowed = false
  t.match(await check(), [/Message Content Intent/, /Attach Files/])
})

t.test('rounds never wait behind alerts, and many agents that fall silent are one message', async t => {
  const run = await botRun(t, { isStarted: false })
  for (let agent = 0; agent < 300; agent += 1) {
    await run.pool.query(
      `insert into agent_heartbeats (server_id, agent_id, version, source, started_at, sent_at, received_at, waiting)
       values ($1, $2, '1', 'agent', now(), now(), now() - make_interval(mins => 20), 0)`,
      [run.server.serverId, `agent ${agent}`],
    )
  }
  await noteSilentAgents(run.db)
  await deliver(run.db, run.server, nth(files, 0))
  const seen: string[] = []
  const handle = async ({ kind }: { kind: string }): Promise<Outcome> => {
    seen.push(kind)
    return { kind: 'wait', reason: 'Only looking.', needsHelp: false }
  }
  await drainOutbox({ db: run.db, log, handle }, running)
  t.strictSame(seen, ['round_imported'], 'though the alert was written first')
  run.start()
  await told(run.db)
  const [alert, ...more] = run.discord.messages('3002')
  t.strictSame(more, [])
  t.match(alert?.embeds[0], { title: '300 agents are silent', description: /\n\+ 290 more\n/ })
})

t.test(
  'from the import to the card in Discord by notification, which is sooner than anybody looks',
  async t => {
    const run = await botRun(t)
    for (const [index, file] of files.slice(0, 20).entries()) {
      await deliver(run.db, run.server, file)
      await until('the card', () => run.discord.messages().length === index + 1, POLL_MS / 2)
    }
  },
)
