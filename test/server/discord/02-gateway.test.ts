import { pino } from 'pino'
import t from 'tap'
import { loadConfig } from '../../../server/src/config.ts'
import { openDatabase } from '../../../server/src/db/database.ts'
import { COMMANDS } from '../../../server/src/discord/commands/commands.ts'
import { startDiscord } from '../../../server/src/discord/start-discord.ts'
import { newTelling } from '../../../server/src/server-state.ts'
import { tidy } from '../../../server/src/upkeep/keep-house.ts'
import { botRun, told } from '../../support/discord/bot-run.ts'
import { nth, recentFiles } from '../../support/discord/recent-files.ts'
import { deliver } from '../../support/import-files.ts'
import { until } from '../../support/until.ts'

const files = recentFiles()
const MESSAGE_CONTENT = 1 << 15

t.test('a wrong token is tried once in ten minutes, and the line says what to do', async t => {
  const run = await botRun(t, { isStarted: false, env: { DISCORD_TOKEN: 'wrong' } })
  run.start()
  await deliver(run.db, run.server, nth(files, 0))
  await until('it is said', () => run.state.discord.includes('DISCORD_TOKEN'))
  await new Promise(resolve => setTimeout(resolve, 500))
  t.equal(run.discord.requests.filter(({ status }) => status === 401).length, 1)
  t.equal(run.discord.gateway.identifies.length, 0)
  t.ok(run.log.some(({ level, msg }) => level >= 50 && msg.includes('Reset Token')))
  const waiting = await run.db.selectFrom('outbox').select('event_id').where('done_at', 'is', null).execute()
  t.equal(waiting.length, 1, 'the post waits')
})

t.test('a token that is taken away later ends in the same state', async t => {
  const run = await botRun(t)
  run.discord.state.token = 'another'
  await deliver(run.db, run.server, nth(files, 0))
  await until('it is said', () => run.state.discord.includes('DISCORD_TOKEN'))
  t.equal(run.discord.requests.filter(({ status }) => status === 401).length, 1)
  const closed = await botRun(t)
  closed.discord.state.token = 'another'
  closed.discord.gateway.drop(4004)
  await until('it is said', () => closed.state.discord.includes('DISCORD_TOKEN'))
})

t.test('without the message-content intent it is online, says so once, and answers mentions', async t => {
  const run = await botRun(t, { discord: { messageContentAllowed: false } })
  t.strictSame(
    run.discord.gateway.identifies.map(({ intents }) => (intents & MESSAGE_CONTENT) !== 0),
    [true, false],
  )
  t.equal(run.log.filter(({ msg }) => msg.includes('Message Content Intent')).length, 1)
  run.discord.say('!last_session')
  run.discord.say(`<@${run.discord.state.botId}>`)
  await until('an answer', () => run.discord.messages().some(({ reply_to }) => reply_to !== undefined))
  t.equal(run.discord.messages().filter(({ reply_to }) => reply_to !== undefined).length, 1)
})

for (const mode of ['refuse', 'hang', 'silent'] as const) {
  t.test(
    `a gateway that answers by "${mode}": posts go out, stopping is quick, and it comes back`,
    async t => {
      const run = await botRun(t, { isStarted: false })
      run.discord.gateway.mode = mode
      run.start()
      await deliver(run.db, run.server, nth(files, 0))
      await told(run.db)
      t.equal(run.discord.messages().length, 1, 'REST is enough for a post')
      const before = performance.now()
      await run.stop()
      t.ok(performance.now() - before < 4_500)
      // What was given up may fail later: nobody shall be ended by it.
      run.discord.gateway.drop()
      run.discord.gateway.mode = 'up'
      run.start()
      await run.online()
    },
  )
}

t.test(
  'dropped, asked to reconnect, session invalid: it is back, and misses nothing that Discord keeps',
  async t => {
    const run = await botRun(t)
    const answers = () => run.discord.messages().filter(({ reply_to }) => reply_to !== undefined).length
    const asked = async (how: () => void, name: string) => {
      const before = answers()
      const logins = run.discord.gateway.resumes + run.discord.gateway.identifies.length
      how()
      const again = () => run.discord.gateway.resumes + run.discord.gateway.identifies.length > logins
      await until(`${name}: connected again`, () => again() && run.state.discord === 'online')
      run.discord.say('!last')
      await until(`${name}: answered`, () => answers() > before)
    }
    const { gateway } = run.discord
    await asked(() => gateway.drop(), 'dropped')
    await asked(() => gateway.askToReconnect(), 'asked to reconnect')
    t.ok(gateway.resumes >= 2, 'resumed')
    gateway.drop()
    await until('nobody is connected', () => gateway.connected() === 0)
    run.discord.say('!latest')
    await until('what was said meanwhile is answered', () => answers() === 3)
    await asked(() => gateway.invalidate(), 'session invalid')
    await asked(() => gateway.drop(4000), 'unknown error')
    await asked(() => gateway.drop(4009), 'session timed out')
  },
)

t.test('Discord is away at the start: it waits, says so once, and comes online by itself', async t => {
  const run = await botRun(t, { isStarted: false })
  await run.discord.stop()
  run.start()
  await deliver(run.db, run.server, nth(files, 0))
  await until('it is said', () => run.state.discord.includes('cannot be reached'))
  await run.discord.start()
  await run.online()
  await told(run.db)
  t.equal(run.discord.messages().length, 1)
  t.equal(run.log.filter(({ msg }) => msg.includes('offline')).length, 1)
})

t.test('of two processes on one database one runs the bot; the other takes over within seconds', async t => {
  const run = await botRun(t)
  const { db, pool, close } = openDatabase({ url: run.url, log: pino({ level: 'silent' }) })
  const state = { databasePrepared: true, discord: '', telling: newTelling() }
  const log = pino({ level: 'silent' })
  const draw = () => Promise.reject(new Error('No picture is wanted here.'))
  const pictures = { draw, drawOne: draw }
  const other = startDiscord({ db, pool, log, config: loadConfig(run.env), state, pictures })
  t.teardown(async () => {
    await other.stop()
    await close()
  })
  await until('it stands by', () => state.discord.startsWith('standby'))
  t.equal(run.discord.gateway.connected(), 1)
  const before = performance.now()
  // Its connection is cut, as when the process dies or the network between does.
  await pool.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())`)
  await until('somebody is online again', () => state.discord === 'online' || run.state.discord === 'online')
  await deliver(run.db, run.server, nth(files, 0))
  await told(run.db)
  t.ok(performance.now() - before < 10_000)
  t.equal(run.discord.messages().length, 1)
  await run.stop()
  await until('the other one took over', () => state.discord === 'online', 10_000)
})

t.test('slash commands are registered when they differ, and then left alone', async t => {
  const run = await botRun(t)
  await until('registered', () => run.discord.state.commandWrites === 1)
  t.strictSame(
    run.discord.state.commands.map(({ name }) => name),
    COMMANDS.map(({ definition }) => definition.name),
  )
  await run.restart()
  await until(
    'compared',
    () => run.discord.requests.filter(({ path }) => path.endsWith('/commands')).length >= 3,
  )
  t.equal(run.discord.state.commandWrites, 1)
  run.discord.state.commands.pop()
  await run.restart()
  await until('registered again', () => run.discord.state.commandWrites === 2)
})

t.test('without a token there is no bot, and the outbox does not grow for ever', async t => {
  const run = await botRun(t, {
    isStarted: false,
    env: { DISCORD_TOKEN: '', AUTOPOST_MAX_AGE_MINUTES: '120' },
  })
  await deliver(run.db, run.server, nth(files, 0))
  await deliver(run.db, run.server, nth(files, 1))
  await run.db
    .updateTable('outbox')
    .set({ created_at: new Date(Date.now() - 3 * 3_600_000) })
    .where('subject', '=', 'round 1')
    .execute()
  run.start()
  await tidy({ ...run, log: pino({ level: 'silent' }), config: loadConfig(run.env) }, 0)
  const left = await run.db.selectFrom('outbox').select('subject').execute()
  t.strictSame(left, [{ subject: 'round 2' }])
  t.equal(run.state.discord, 'off')
  t.equal(run.discord.requests.length, 0)
})
