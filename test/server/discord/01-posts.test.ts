import t from 'tap'
import { renewReadingSecret } from '../../../server/src/game-servers/reading-access.ts'
import { botRun, told } from '../../support/discord/bot-run.ts'
import { nth, recentFiles, restamp, stampOf } from '../../support/discord/recent-files.ts'
import type { Fault, SeenRequest } from '../../support/discord/state.ts'
import { deliver, deliverAll } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'
import { until } from '../../support/until.ts'

const files = recentFiles()
const isPost = ({ method, path }: SeenRequest) =>
  method === 'POST' && /^\/channels\/\d+\/messages$/.test(path)

t.test('each imported round gets one card, in order, linked to its page', async t => {
  const run = await botRun(t)
  const receipts = await deliverAll(run.db, run.server, files.slice(0, 6))
  await deliver(run.db, run.server, nth(files, 0))
  await told(run.db)
  t.strictSame(
    run.discord.messages().map(message => message.embeds.map(embed => embed.url)),
    receipts.map(receipt => [`https://stats.example.org/rounds/${receipt.round?.id}`]),
  )
  t.ok(run.discord.messages().every(message => message.nonce && message.nonce.length <= 25 && !message.pings))
  t.match(run.discord.messages()[1]?.embeds[0]?.description, /Map/, 'the second round holds the map’s result')
})

t.test('where reading is private, the link in Discord opens the page', async t => {
  const run = await botRun(t, { env: { PRIVATE: 'true' } })
  const receipt = await deliver(run.db, run.server, nth(files, 0))
  await told(run.db)
  const { app } = await testApp(t, { config: { private: true }, through: async () => run })
  const page = `/rounds/${receipt.round?.id}`
  t.equal((await app.inject(page)).statusCode, 401, 'by itself the page is closed')
  const link = new URL(run.discord.messages()[0]?.embeds[0]?.url ?? '')
  t.match(link.href, /^https:\/\/stats\.example\.org\/k\/[\w-]{43}\/rounds\/\d+$/)
  const come = await app.inject(link.pathname)
  t.match(come, { statusCode: 303, headers: { location: page } })
  const headers = { cookie: String(come.headers['set-cookie']).split(';')[0] ?? '' }
  t.match((await app.inject({ url: page, headers })).body, /supply/)
  await renewReadingSecret(run.db)
  t.notOk((await app.inject(link.pathname)).headers['set-cookie'], 'a renewed key ends the link')
  await deliver(run.db, run.server, nth(files, 1))
  await told(run.db)
  const next = new URL(run.discord.messages()[1]?.embeds[0]?.url ?? '')
  t.ok((await app.inject(next.pathname)).headers['set-cookie'], 'those after it open, without a restart')
})

t.test('a round 2 without its round 1 says so, and is edited when the round 1 comes', async t => {
  const run = await botRun(t)
  const first = nth(files, 0)
  const second = nth(files, 1)
  await deliver(run.db, run.server, second)
  await told(run.db)
  t.match(run.discord.messages()[0]?.embeds[0]?.description, /round 1/)
  await deliver(run.db, run.server, first)
  await told(run.db)
  const [edited, other, ...more] = run.discord.messages()
  t.equal(more.length, 0)
  t.match(edited, { edits: 1, embeds: [{ title: 'supply · round 2', fields: [{}, {}] }] })
  t.match(other, { edits: 0, embeds: [{ title: 'supply · round 1' }] })
})

t.test('late data edits the cards of later rounds whose teams it changes', async t => {
  const run = await botRun(t)
  await deliverAll(run.db, run.server, files.slice(2, 6))
  await told(run.db)
  t.ok(run.discord.messages().every(message => message.edits === 0))
  // The first round 1 of an evening says which roster is A.
  await deliverAll(run.db, run.server, files.slice(0, 2))
  await told(run.db)
  const fresh = await botRun(t)
  await deliverAll(fresh.db, fresh.server, files.slice(0, 6))
  await told(fresh.db)
  const shown = (cards: typeof run) =>
    cards.discord
      .messages()
      .map(message =>
        message.embeds.map(({ title, description, fields }) => ({ title, description, fields })),
      )
      .toSorted((a, b) => String(a[0]?.title).localeCompare(String(b[0]?.title)))
  t.strictSame(shown(run), shown(fresh), 'the cards are those of an evening that came in order')
})

t.test('a round that turns out to be a copy is taken back', async t => {
  const run = await botRun(t)
  const file = nth(files, 0)
  await deliver(run.db, run.server, file)
  await told(run.db)
  const earlier = { ...file, name: restamp(file.name, new Date(stampOf(file.name) - 3_600_000)) }
  await deliver(run.db, run.server, earlier)
  await told(run.db)
  const rounds = await run.db.selectFrom('rounds').select('round_id').execute()
  t.strictSame(
    run.discord.messages().map(message => message.embeds[0]?.url),
    rounds.map(({ round_id }) => `https://stats.example.org/rounds/${round_id}`),
  )
})

t.test('old rounds, and all where automatic cards are off, are imported without a word', async t => {
  const old = await botRun(t, { env: { AUTOPOST_MAX_AGE_MINUTES: '120' } })
  const longAgo = files
    .slice(0, 4)
    .map(file => ({ ...file, name: restamp(file.name, new Date('2019-05-05T20:00:00Z')) }))
  await deliverAll(old.db, old.server, longAgo)
  const newest = await deliver(old.db, old.server, nth(files, -1))
  await told(old.db)
  t.strictSame(
    old.discord.messages().map(message => message.embeds[0]?.url),
    [`https://stats.example.org/rounds/${newest.round?.id}`],
  )
  const off = await botRun(t, { env: { AUTOPOST_ROUNDS: 'false' } })
  await deliverAll(off.db, off.server, files.slice(-4))
  await told(off.db)
  t.strictSame(off.discord.messages(), [])
})

t.test('what waited for Discord is posted later, though it is old by then', async t => {
  const run = await botRun(t, { env: { AUTOPOST_MAX_AGE_MINUTES: '60' }, isStarted: false })
  await deliver(run.db, run.server, nth(files, -1))
  await run.db
    .updateTable('outbox')
    .set({ created_at: new Date(Date.now() - 3 * 3_600_000) })
    .execute()
  await run.db
    .updateTable('rounds')
    .set({ ended_at: new Date(Date.now() - 3 * 3_600_000 - 1000) })
    .execute()
  run.start()
  await told(run.db)
  t.equal(run.discord.messages().length, 1)
})

const faults: [string, Fault][] = [
  ['429', { kind: 'limit', seconds: 0.2 }],
  ['a global 429', { kind: 'limit', seconds: 0.2, global: true }],
  ['500', { kind: 'error', status: 500 }],
  ['502', { kind: 'error', status: 502 }],
  ['503', { kind: 'error', status: 503 }],
  ['500 after it was applied', { kind: 'applied-error', status: 500 }],
  ['a dropped connection', { kind: 'drop' }],
  ['a lost answer', { kind: 'lost' }],
]
for (const [name, fault] of faults) {
  t.test(`after ${name} the card stands there once`, async t => {
    const run = await botRun(t)
    let left = 2
    run.discord.misbehave(request => (isPost(request) && left-- > 0 ? fault : null))
    await deliverAll(run.db, run.server, files.slice(0, 3))
    await told(run.db)
    t.ok(left <= 0)
    const urls = run.discord.messages().map(message => message.embeds[0]?.url)
    t.strictSame(
      urls,
      [1, 2, 3].map(id => `https://stats.example.org/rounds/${id}`),
    )
  })
}

for (const hasUrl of [true, false]) {
  t.test(
    `an answer lost, and Discord has forgotten the nonce: it looks at the channel before it posts again (${hasUrl ? 'with' : 'without'} PUBLIC_URL)`,
    async t => {
      const run = await botRun(t, { discord: { nonceWindowMs: 0 }, env: hasUrl ? {} : { PUBLIC_URL: '' } })
      const cards = () =>
        run.discord.messages().filter(message => message.author.id === run.discord.state.botId)
      // The post is applied, its answer lost, and after that Discord is gone for everything.
      run.discord.misbehave(request => {
        if (isPost(request)) return cards().length === 0 ? { kind: 'lost' } : { kind: 'drop' }
        return request.path.startsWith('/channels/') && cards().length > 0 ? { kind: 'drop' } : null
      })
      await deliver(run.db, run.server, nth(files, 0))
      await until('it was tried again', () =>
        run.discord.requests.some(({ fault }) => fault?.kind === 'drop'),
      )
      await run.stop()
      for (let words = 0; words < 150; words += 1) run.discord.say('and people talk meanwhile')
      run.discord.misbehave(() => null)
      run.start()
      await told(run.db)
      t.equal(cards().length, 1, 'nothing was posted again')
      const post = await run.db.selectFrom('discord_posts').selectAll().executeTakeFirstOrThrow()
      t.ok(cards().some(message => message.id === post.message_id))
    },
  )
}

t.test('a post that was refused is not looked for: it is not there', async t => {
  const run = await botRun(t)
  const channel = run.discord.state.channels.get('3001')
  channel?.overwrites.push({ id: '2001', type: 0, allow: '0', deny: String(0x800) })
  await deliverAll(run.db, run.server, files.slice(0, 2))
  await until('it was refused', () =>
    run.log.some(({ msg }) => msg.includes('may not write in channel 3001')),
  )
  await until('it was tried again', () => run.discord.requests.filter(isPost).length >= 3)
  t.equal(run.log.filter(({ msg }) => msg.includes('may not write')).length, 1, 'said once')
  channel?.overwrites.splice(0)
  await told(run.db)
  t.equal(run.discord.messages().length, 2)
  await until('it is said that posting goes on', () => run.log.some(({ msg }) => msg === 'Posting goes on'))
  const looks = run.discord.requests.filter(
    ({ method, path }) => method === 'GET' && path.endsWith('/messages'),
  )
  t.equal(looks.length, 1, 'the one look at what a restored database may have forgotten')
})

t.test('a deleted channel holds the posts until there is another one', async t => {
  const run = await botRun(t)
  run.discord.state.channels.delete('3001')
  await deliver(run.db, run.server, nth(files, 0))
  await until('it is said', () => run.log.some(({ msg }) => msg.includes('Discord knows no channel 3001')))
  await run.stop()
  run.env.DISCORD_STATS_CHANNEL_ID = '3002'
  run.start()
  await told(run.db)
  t.equal(run.discord.messages('3002').length, 1)
})

t.test('a card that somebody deleted is not posted again', async t => {
  const run = await botRun(t)
  const first = nth(files, 0)
  const second = nth(files, 1)
  await deliver(run.db, run.server, second)
  await told(run.db)
  run.discord.messages().splice(0)
  await deliver(run.db, run.server, first)
  await told(run.db)
  t.strictSame(
    run.discord.messages().map(message => message.embeds[0]?.title),
    ['supply · round 1'],
  )
})

t.test('an event that Discord calls invalid is set aside, and the others go on', async t => {
  const run = await botRun(t)
  let refused = 0
  run.discord.misbehave(request =>
    isPost(request) && refused++ === 0 ? { kind: 'error', status: 400 } : null,
  )
  await deliverAll(run.db, run.server, files.slice(0, 3))
  await told(run.db)
  t.equal(run.discord.messages().length, 2)
  const aside = await run.db.selectFrom('outbox').selectAll().where('set_aside', '=', true).execute()
  t.match(aside, [{ subject: 'round 1', done_at: null }])
})

t.test('rejected files are told to the admin channel, many in one message', async t => {
  const run = await botRun(t)
  for (let index = 0; index < 14; index += 1) {
    const name = restamp(`2026-01-01-000000-<@1>*x*-round-1.txt`, new Date(Date.now() - index * 1000))
    await deliver(run.db, run.server, { name, content: Buffer.from(`nothing ${index}\n`) })
  }
  await told(run.db)
  const messages = run.discord.messages('3002')
  t.ok(messages.length <= 2, 'one for ten minutes')
  t.match(messages.at(-1)?.embeds[0]?.title, /files? (was|were) rejected/)
  t.notMatch(messages.at(-1)?.embeds[0]?.description, /(?<!\\)\*x/)
  t.strictSame(run.discord.messages(), [])
})

t.test('rejected files of the longest names are told all the same', async t => {
  const run = await botRun(t)
  for (let index = 0; index < 12; index += 1) {
    const name = restamp(
      `2026-01-01-000000-${'__'.repeat(105)}-round-1.txt`,
      new Date(Date.now() - index * 1000),
    )
    await deliver(run.db, run.server, { name, content: Buffer.from(`nothing ${index}\n`) })
  }
  await told(run.db)
  t.strictSame(
    await run.db.selectFrom('outbox').select('last_error').where('set_aside', '=', true).execute(),
    [],
  )
  const [embed] = run.discord.messages('3002').at(-1)?.embeds ?? []
  t.match(embed?.description, /^\+ \d+ more\nThe bytes are kept/m)
})
