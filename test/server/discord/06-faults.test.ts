import { pino } from 'pino'
import t from 'tap'
import { pictureDrawer } from '../../../server/src/charts/draw-pictures.ts'
import { loadConfig } from '../../../server/src/config.ts'
import { openDatabase } from '../../../server/src/db/database.ts'
import { startDiscord } from '../../../server/src/discord/start-discord.ts'
import { refuseToAnnounce } from '../../../server/src/discord/telling/refuse-to-announce.ts'
import { listOutbox } from '../../../server/src/outbox/by-hand.ts'
import { newTelling } from '../../../server/src/server-state.ts'
import { botRun, told } from '../../support/discord/bot-run.ts'
import { nth, recentFiles } from '../../support/discord/recent-files.ts'
import type { SeenRequest } from '../../support/discord/state.ts'
import { deliver, deliverAll } from '../../support/import-files.ts'
import { until } from '../../support/until.ts'

const files = recentFiles()
const isPost = ({ method, path }: SeenRequest) =>
  method === 'POST' && /^\/channels\/\d+\/messages$/.test(path)

t.test(
  'Discord goes away while the bot is online: it is named, posts wait and go out later, once',
  async t => {
    const run = await botRun(t)
    await run.discord.stop()
    await deliverAll(run.db, run.server, files.slice(0, 3))
    await until('it is said', () =>
      run.log.some(({ msg }) => /^Posts wait: Discord cannot be reached/.test(msg)),
    )
    t.notOk(
      run.log.some(({ msg }) => msg.includes('database')),
      'the database is not blamed',
    )
    const [first] = await listOutbox(run.db, { all: false })
    t.match(first, {
      subject: 'round 1',
      state: 'waiting',
      lastError: /^Discord cannot be reached \(.*ECONNREFUSED/,
    })
    t.match(run.state.telling, { trouble: /^Discord cannot be reached/, bugs: 0 })
    await run.discord.start()
    await told(run.db)
    t.equal(run.discord.messages().length, 3)
    await until('nothing is in the way', () => run.state.telling.trouble === null)
  },
)

t.test('a fault of ours sets its event aside, with the reason; the next one is posted', async t => {
  const run = await botRun(t, { isStarted: false })
  await deliver(run.db, run.server, { name: nth(files, 1).name, content: Buffer.from('nothing\n') })
  await run.pool.query('alter table processed_files rename column error_line to renamed')
  run.start()
  await until(
    'it was set aside',
    async () => (await listOutbox(run.db, { all: false }))[0]?.state === 'set aside',
  )
  await run.pool.query('alter table processed_files rename column renamed to error_line')
  await deliver(run.db, run.server, nth(files, 0))
  await told(run.db)
  t.equal(run.discord.messages().length, 1)
  t.match(await listOutbox(run.db, { all: false }), [
    { kind: 'file_rejected', lastError: /^A fault of ours \(column .*error_line.* does not exist\)/ },
  ])
  t.equal(run.state.telling.bugs, 1)
  const line = run.log.find(({ msg }) => msg.startsWith('An event was not told, because of a fault of ours'))
  t.match(line, { level: 50, err: { message: /error_line/ } })
})

t.test(
  'the database goes away in the middle of a post: it is named, and the post stands there once',
  async t => {
    const run = await botRun(t, { isStarted: false })
    const own = openDatabase({ url: run.url, log: pino({ level: 'silent' }) })
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: line => void lines.push(JSON.parse(line).msg) })
    const state = { databasePrepared: true, discord: 'off', telling: newTelling() }
    const pictures = pictureDrawer({ log })
    const bot = startDiscord({ ...own, log, config: loadConfig(run.env), state, pictures })
    t.teardown(() => Promise.all([bot.stop(), pictures.close()]))
    let isGone = false
    run.discord.misbehave(request => {
      if (isPost(request) && !isGone) {
        isGone = true
        void own.close().catch(() => undefined)
      }
      return null
    })
    await deliver(run.db, run.server, nth(files, 0))
    await until('it is said', () => lines.some(line => /database/.test(line)))
    t.notOk(lines.some(line => line.includes('Discord cannot')))
    await bot.stop()
    run.start()
    await told(run.db)
    t.equal(run.discord.messages().length, 1)
  },
)

for (const nonceWindowMs of [180_000, 0]) {
  t.test(
    `a database that comes back without its last seconds posts nothing anew (Discord ${nonceWindowMs ? 'knows the nonce' : 'has forgotten the nonce'})`,
    async t => {
      const run = await botRun(t, { discord: { nonceWindowMs } })
      const receipts = await deliverAll(run.db, run.server, files.slice(0, 4))
      await told(run.db)
      const before = run.discord.messages().map(({ id }) => id)
      await run.stop()
      // As if the last two rounds had never been: the agents bring them again, and they get other numbers.
      const lost = receipts.slice(2).flatMap(({ round }) => round?.id ?? [])
      await run.db.deleteFrom('rounds').where('round_id', 'in', lost).execute()
      await run.db
        .deleteFrom('processed_files')
        .where(
          'filename',
          'in',
          files.slice(2, 4).map(({ name }) => name),
        )
        .execute()
      await run.db
        .deleteFrom('discord_posts')
        .where(
          'subject',
          'in',
          lost.map(id => `round ${id}`),
        )
        .execute()
      const again = await deliverAll(run.db, run.server, files.slice(2, 4))
      t.notSame(
        again.map(({ round }) => round?.id),
        lost,
      )
      run.start()
      await told(run.db)
      t.strictSame(
        run.discord.messages().map(({ id }) => id),
        before,
        'the same messages',
      )
      t.strictSame(
        run.discord.messages().map(({ embeds }) => embeds[0]?.url),
        [...receipts.slice(0, 2), ...again].map(
          ({ round }) => `https://stats.example.org/rounds/${round?.id}`,
        ),
        'which lead to the new pages',
      )
    },
  )
}

t.test('a post whose answer was lost is found again, although our clock stands a year ahead', async t => {
  const run = await botRun(t, { discord: { nonceWindowMs: 0 } })
  let isPosted = false
  let isShifted = false
  run.discord.misbehave(request => {
    if (isPost(request) && !isPosted) {
      isPosted = true
      return { kind: 'lost' }
    }
    const isLook = request.method === 'GET' && /\/messages$/.test(request.path)
    return isLook && isPosted && !isShifted ? { kind: 'drop' } : null
  })
  await deliver(run.db, run.server, nth(files, 0))
  await until('it stands there', () => run.discord.messages().length === 1)
  for (const message of run.discord.messages())
    message.timestamp = new Date(Date.now() - 365 * 86_400_000).toISOString()
  isShifted = true
  await told(run.db)
  t.equal(run.discord.messages().length, 1)
})

t.test('rounds of few people, old ones and those of the future get no message', async t => {
  const config = { autopostMaxAgeMinutes: 120, autopostMinPlayers: 2 }
  const heard = new Date('2026-05-05T20:00:00Z')
  const kindOf = (minutesAgo: number, people: number) =>
    refuseToAnnounce(
      { roundId: 1, endedAt: new Date(heard.getTime() - minutesAgo * 60_000).toISOString(), people },
      heard,
      config,
    )?.kind ?? null
  t.equal(kindOf(0, 2), null)
  t.equal(kindOf(120, 6), null)
  t.equal(kindOf(121, 6), 'old')
  t.equal(kindOf(-10, 6), null, 'clocks differ')
  t.equal(kindOf(-11, 6), 'future')
  t.equal(kindOf(0, 1), 'few_people')
})

t.test('a changed round makes no new post, but where it was withheld for its few people', async t => {
  const run = await botRun(t, { env: { AUTOPOST_MIN_PLAYERS: '4' } })
  const { name, content } = nth(files, 0)
  const [header, first, second] = content.toString('latin1').split('\n')
  const cut = Buffer.from(`${header}\n${first}\n${second}\n`, 'latin1')
  const rounds = async () =>
    (await run.db.selectFrom('rounds').select(['round_id', 'player_count']).execute())[0]
  await deliver(run.db, run.server, { name, content: cut })
  await told(run.db)
  t.ok(Number((await rounds())?.player_count) < 4)
  t.strictSame(run.discord.messages(), [])
  await deliver(run.db, run.server, { name, content })
  await told(run.db)
  t.equal(run.discord.messages().length, 1, 'the whole file has enough')

  // Rounds that were never posted, as newer rules make them anew: nothing is sent.
  await run.db.deleteFrom('discord_posts').execute()
  run.discord.messages().splice(0)
  const payload = JSON.stringify({ roundId: (await rounds())?.round_id })
  await run.db.insertInto('outbox').values({ kind: 'round_changed', subject: 'round 1', payload }).execute()
  await run.pool.query('select pg_notify($1, $2)', ['debrief_outbox', ''])
  await told(run.db)
  t.strictSame(run.discord.messages(), [])
})
