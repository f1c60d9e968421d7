import t from 'tap'
import { SUB_VIEWS } from '../../../server/src/cards/sub-view-cards.ts'
import { COMMANDS } from '../../../server/src/discord/commands/commands.ts'
import { parseChoice } from '../../../server/src/discord/commands/parse-choice.ts'
import { readMessage } from '../../../server/src/discord/commands/read-message.ts'
import { type BotRun, botRun, told } from '../../support/discord/bot-run.ts'
import { nth, recentFiles, restamp, stampOf } from '../../support/discord/recent-files.ts'
import { REPORT_TITLES } from '../../support/discord/report-titles.ts'
import { deliver, deliverAll } from '../../support/import-files.ts'
import { until } from '../../support/until.ts'

const files = recentFiles()
const ADMIN = { AUTOPOST_ROUNDS: 'false' }
const bots = (run: BotRun) =>
  run.discord.messages().filter(({ author }) => author.id === run.discord.state.botId)
const pictures = (run: BotRun) => bots(run).filter(({ attachments }) => attachments.length === 2)
/** A long card goes on in an embed without a title. */
const cards = (run: BotRun) =>
  bots(run).flatMap(({ embeds }) => embeds.filter(({ title }) => title !== undefined))

const mapOf = (name: string) => name.slice(18).replace(/-round-\d\.txt$/, '')

t.test('words are read as people write them', async t => {
  const read = (text: string) => {
    const ask = readMessage(text, '1001', COMMANDS)
    return ask && [ask.command?.definition.name ?? null, ...ask.words]
  }
  for (const text of [
    '!last_session',
    '!last',
    '!LATEST',
    '  !last ',
    '<@1001>',
    '<@!1001> ',
    '<@1001> !last',
    '<@1001> last_session',
  ]) {
    t.strictSame(read(text), ['last_session'], text)
  }
  for (const view of SUB_VIEWS) {
    t.strictSame(
      read(`!last  ${view.replace(' ', '  ')}`)
        ?.slice(1)
        .join(' '),
      view,
    )
    t.strictSame(read(`<@1001> ${view}`), ['last_session', ...view.split(' ')])
  }
  t.strictSame(read('!session 12'), ['session', '12'])
  t.strictSame(read('<@1001> session #12 top'), ['session', '#12', 'top'])
  for (const slip of ['!lastsession', '!last_sesion 3', '!sessions', '!sess'])
    t.equal(read(slip)?.[0], null, `${slip} was meant for us`)
  for (const text of ['last_session', '!play music', '!list', '', 'thanks <@1001>', '<@1002> last', '!'])
    t.equal(read(text), null, text)
  t.strictSame(parseChoice('#12'), { kind: 'number', number: 12 })
  t.strictSame(parseChoice('5.5.2026'), { kind: 'date', date: '2026-05-05' })
  for (const word of ['', 'soon', '2026-02-30', '-1', '0000-05-05', '5.5.0000'])
    t.equal(parseChoice(word), null, word)
})

t.test('`!last_session`: all cards and two pictures, in order, as a reply without pings', async t => {
  const run = await botRun(t, { env: ADMIN })
  await deliverAll(run.db, run.server, files)
  await told(run.db)
  const question = run.discord.say('!last_session')
  await until('the last message', () => pictures(run).length === 1)
  t.equal(cards(run).length, REPORT_TITLES.length)
  t.match(
    cards(run).map(({ title }) => title),
    REPORT_TITLES,
  )
  t.equal(bots(run)[0]?.reply_to, question)
  t.strictSame(
    pictures(run)[0]?.attachments.map(({ filename }) => filename),
    ['performance.png', 'efficiency.png'],
  )
  t.equal(pictures(run)[0]?.id, bots(run).at(-1)?.id)
  t.notOk(bots(run).some(({ pings }) => pings))
})

t.test(
  'an unknown word gets the list of words, an unknown session a sentence, another bot’s command nothing',
  async t => {
    const run = await botRun(t, { env: ADMIN })
    const ask = async (text: string) => {
      const before = bots(run).length
      run.discord.say(text)
      await until(`an answer to ${text}`, () => bots(run).length > before)
      return bots(run).at(-1)?.content ?? ''
    }
    t.match(await ask('!last'), /no session yet/)
    await deliverAll(run.db, run.server, files.slice(0, 2))
    run.discord.say('!play something')
    const list = await ask('!last @everyone')
    for (const view of SUB_VIEWS) t.match(list, `\`${view}\``)
    t.match(await ask('!session 99'), /no session 99.*newest is session 1/)
    t.match(await ask('!session 1999-01-01'), /Nobody played on 1999-01-01/)
    t.notOk(bots(run).some(({ pings }) => pings))
  },
)

t.test(
  'each view is one message with buttons that turn it into the others, also after a restart',
  async t => {
    const run = await botRun(t, { env: ADMIN })
    await deliverAll(run.db, run.server, files.slice(0, 8))
    for (const view of SUB_VIEWS) {
      const before = bots(run).length
      run.discord.say(`!session 1 ${view}`)
      await until(view, () => bots(run).length > before)
      t.equal(bots(run).length, before + 1, view)
      t.equal(bots(run).at(-1)?.embeds.length === 0, false, view)
    }
    await run.restart()
    const message = bots(run).at(-1)
    const count = bots(run).length
    const press = run.discord.interact(
      { custom_id: 'debrief:turn:1:maps full', component_type: 2 },
      { type: 3, messageId: message?.id ?? '' },
    )
    await until('it turned over', () => (message?.edits ?? 0) === 1)
    t.match(press.callbacks, [{ type: 6 }])
    t.equal(bots(run).length, count, 'nothing new')
    run.discord.interact(
      { custom_id: 'debrief:turn:1:graphs', component_type: 2 },
      { type: 3, messageId: message?.id ?? '' },
    )
    await until('pictures', () => message?.attachments.length === 2)
    run.discord.interact(
      { custom_id: 'debrief:turn:1:top', component_type: 2 },
      { type: 3, messageId: message?.id ?? '' },
    )
    await until('no pictures', () => message?.attachments.length === 0)
    run.discord.say('!last')
    await until('a report', () =>
      pictures(run).some(({ components }) => JSON.stringify(components).includes('debrief:open:1')),
    )
    const opened = run.discord.interact(
      { custom_id: 'debrief:open:1:weapons', component_type: 2 },
      { type: 3, messageId: bots(run).at(-1)?.id ?? '' },
    )
    await until('shown to one alone', () => opened.original !== null)
    t.ok(opened.ephemeral)
  },
)

t.test('slash commands: deferred at once, filled in by an edit; suggestions; status', async t => {
  const run = await botRun(t, { env: ADMIN })
  await deliverAll(run.db, run.server, files)
  const whole = run.discord.interact({ id: '1', name: 'last_session', type: 1, options: [] })
  await until('a report', () => pictures(run).length === 1)
  t.match(whole.callbacks, [{ type: 5 }])
  t.equal(cards(run).length, REPORT_TITLES.length)
  const part = run.discord.interact({
    id: '1',
    name: 'session',
    type: 1,
    options: [
      { type: 3, name: 'which', value: '1' },
      { type: 3, name: 'view', value: 'weapons' },
    ],
  })
  await until('a view', () => part.original !== null)
  t.match(part.original?.embeds, [{ title: /Weapons/ }])
  const wrong = run.discord.interact({
    id: '1',
    name: 'session',
    type: 1,
    options: [{ type: 3, name: 'which', value: 'x' }],
  })
  await until('the words', () => wrong.original !== null)
  t.match(wrong.original?.content, /I know these words/)

  const typing = (value: string) =>
    run.discord.interact(
      { id: '1', name: 'session', type: 1, options: [{ type: 3, name: 'which', value, focused: true }] },
      { type: 4 },
    )
  const all = typing('')
  const some = typing('2')
  await until('suggestions', () => all.callbacks.length + some.callbacks.length === 2)
  t.match(all.callbacks[0]?.data?.choices, { length: 3 })
  t.match(all.callbacks[0]?.data?.choices, [{ value: '3', name: /^3 · \d{4}-\d\d-\d\d · / }])

  const status = run.discord.interact({ id: '1', name: 'status', type: 1, options: [] })
  await until('status', () => status.original !== null)
  t.ok(status.ephemeral)
  t.match(
    status.original?.embeds[0]?.fields?.map(({ name }) => name),
    ['Agents', 'Waiting posts', 'Last error', 'Last rejected file'],
  )
})

t.test('lost answers and errors on the way of a slash command: one report, whole', async t => {
  const run = await botRun(t, { env: ADMIN })
  await deliverAll(run.db, run.server, files.slice(0, 8))
  const seen = new Map<string, number>()
  run.discord.misbehave(({ method, path }) => {
    if (path.startsWith('/channels') || path.startsWith('/webhooks') || path.startsWith('/interactions')) {
      const times = (seen.get(`${method} ${path}`) ?? 0) + 1
      seen.set(`${method} ${path}`, times)
      if (times === 1) return { kind: 'lost' }
      if (times === 2) return { kind: 'error', status: 503 }
    }
    return null
  })
  run.discord.interact({ id: '1', name: 'last_session', type: 1, options: [] })
  await until('a report', () => pictures(run).length >= 1)
  run.discord.say('!last')
  await until('another', () => pictures(run).length >= 2)
  t.equal(cards(run).length, 2 * REPORT_TITLES.length)
  t.equal(pictures(run).length, 2)
})

t.test(
  'a posted report is edited when late data changes it, also after a restart, the newest in each channel',
  async t => {
    const run = await botRun(t, { env: ADMIN })
    await deliverAll(run.db, run.server, files.slice(0, 2))
    await told(run.db)
    run.discord.say('!last')
    await until('the old report', () => pictures(run).length === 1)
    run.discord.interact({ id: '1', name: 'last_session', type: 1, options: [] })
    await until('the newer report', () => pictures(run).length === 2)
    const count = bots(run).length
    const shown = () => pictures(run).map(({ files }) => files?.map(file => file.content.length).join())
    const edits = () => bots(run).map(({ edits }) => (edits ?? 0) > 0)
    await until('nothing is under way', async () => {
      const rows = await run.db.selectFrom('discord_reports').select('shown_changed_at').execute()
      return rows.every(row => row.shown_changed_at !== null)
    })
    const before = shown()
    await run.restart()
    await deliverAll(run.db, run.server, files.slice(2, 4))
    await told(run.db)
    await until('edited', () => shown()[1] !== before[1])
    t.equal(bots(run).length, count, 'nothing new')
    t.equal(shown()[0], before[0], 'the one further up stays as it was')
    const messages = count / 2
    // The answer of an interaction was filled in by an edit, so only what came after the restart is told by pictures.
    t.ok(edits().slice(messages).every(Boolean))
    t.match(cards(run).at(-REPORT_TITLES.length)?.title, /overview/)
  },
)

t.test('a session that joins another takes its report along', async t => {
  const run = await botRun(t, { env: ADMIN })
  // Rounds 1-2 and 5-6 of an evening are an hour apart without 3-4.
  const evening = files.slice(0, 6)
  await run.stop()
  const apart = (await import('../../../server/src/ingest.ts')).ingest
  const upload = (index: number) =>
    apart(
      { db: run.db, sessionGapMinutes: 20 },
      { server: run.server, ...nth(evening, index), modifiedAt: null, source: 'agent', dryRun: false },
    )
  for (const index of [0, 1, 4, 5]) await upload(index)
  const sessions = await run.db.selectFrom('gaming_sessions').select('gaming_session_id').execute()
  t.equal(sessions.length, 2)
  run.start()
  await run.online()
  run.discord.say('!session 2')
  await until('a report', () => pictures(run).length === 1)
  const before = cards(run)[0]?.description
  for (const index of [2, 3]) await upload(index)
  t.equal((await run.db.selectFrom('gaming_sessions').select('gaming_session_id').execute()).length, 1)
  await until('edited', () => cards(run)[0]?.description !== before)
  t.match(cards(run)[0]?.footer?.text, /Session 1\b/)
  t.equal(pictures(run).length, 1)
})

t.test('a session that loses rounds in its middle: its posted report is edited', async t => {
  const run = await botRun(t, { env: ADMIN })
  // An evening of six rounds; the earlier stamp of the same rounds is the true one, and lies in another session.
  const evening = files.slice(0, 6)
  await deliverAll(run.db, run.server, evening)
  run.discord.say('!session 1')
  await until('a report', () => pictures(run).length === 1)
  const rounds = () =>
    cards(run)
      .slice(0, 6)
      .map(({ footer }) => /(\d+) rounds counted/.exec(footer?.text ?? '')?.[1])
  t.strictSame(new Set(rounds()), new Set(['6']))
  const picture = () =>
    pictures(run)[0]
      ?.files?.map(({ content }) => content.length)
      .join()
  const before = picture()
  for (const file of evening.slice(2, 4)) {
    const earlier = new Date(stampOf(file.name) - 5 * 3_600_000)
    await deliver(run.db, run.server, { ...file, name: restamp(file.name, earlier) })
  }
  await until('every card says so', () => rounds().every(count => count === '4'))
  await until('the pictures are the new ones', () => picture() !== before)
  t.match(cards(run)[0]?.footer?.text, /Session 1\b/)
  t.notMatch(
    JSON.stringify(cards(run).slice(0, 6)),
    mapOf(nth(evening, 2).name),
    'its map is gone from the cards',
  )
  t.equal(pictures(run).length, 1, 'no second report')
})

t.test('a slash command that this version does not know is answered with those it does', async t => {
  const run = await botRun(t, { env: ADMIN })
  const unknown = run.discord.interact({ id: '99', name: 'nonsense', type: 1, options: [] })
  await until('an answer', () => unknown.original !== null)
  t.ok(unknown.ephemeral, 'for him alone')
  t.match(unknown.original?.content, /I know these words/)
  const known = run.discord.interact({ id: '1', name: 'status', type: 1, options: [] })
  await until('the next is answered', () => known.original !== null)
})

t.test('a command while a card cannot be posted is answered', async t => {
  const run = await botRun(t)
  run.discord.state.channels.delete('3002')
  await deliver(run.db, run.server, nth(files, 0))
  await told(run.db)
  run.discord.misbehave(({ method, path }) =>
    method === 'POST' && path === '/channels/3001/messages' ? { kind: 'error', status: 500 } : null,
  )
  await deliver(run.db, run.server, nth(files, 1))
  const part = run.discord.interact({
    id: '1',
    name: 'last_session',
    type: 1,
    options: [{ type: 3, name: 'view', value: 'top' }],
  })
  await until('a view', () => part.original !== null)
  t.pass()
})
