import t from 'tap'
import { botRun, told } from '../support/discord/bot-run.ts'
import { recentFiles } from '../support/discord/recent-files.ts'
import { REPORT_TITLES } from '../support/discord/report-titles.ts'
import type { StoredMessage } from '../support/discord/state.ts'
import { deliver } from '../support/import-files.ts'
import { until } from '../support/until.ts'

/**
 * An evening, told in the order in which it happens: six people meet in voice, they play, each round is a card in #stats
 * while the next one is played, they leave, and three minutes later the report stands below the cards.
 */
t.test('an evening, from the first voice to the report', async t => {
  const clock = { now: Date.now() - 40 * 86_400_000 }
  const run = await botRun(t, { now: () => new Date(clock.now) })
  const { discord } = run
  const people = ['601', '602', '603', '604', '605', '606']
  const evening = recentFiles().slice(-6)

  await t.test('six people come into the gaming channel: a session has begun', async () => {
    for (const person of people) discord.voice(person, '4001')
    await until('it is written down', async () => (await voices()).some(voice => voice.ended_at === null))
  })

  await t.test('each round that ends becomes a card, in the order of play', async t => {
    for (const [index, file] of evening.entries()) {
      const { round } = await deliver(run.db, run.server, file)
      await told(run.db)
      const card = discord.messages().at(-1)
      t.equal(discord.messages().length, index + 1, 'one message a round')
      t.match(card?.embeds[0], {
        title: new RegExp(`round ${round?.roundNumber}$`),
        url: `https://stats.example.org/rounds/${round?.id}`,
      })
    }
  })

  await t.test('the card of a second round also holds the result of the map', async t => {
    const second = discord.messages().find(({ embeds }) => embeds[0]?.title?.endsWith('round 2'))
    t.match(second?.embeds[0]?.description, /\*\*Map:\*\*/)
  })

  await t.test('they leave; nothing is posted before three minutes are over', async t => {
    for (const person of people) discord.voice(person, null)
    await until('hardly anybody is left', async () =>
      (await voices()).some(voice => voice.low_since !== null),
    )
    clock.now += 179_000
    await run.restart()
    t.equal(discord.messages().length, evening.length)
  })

  await t.test('then the report stands below the cards: its cards, two pictures, and buttons', async t => {
    clock.now += 1_000
    await until('the pictures, which come last', () => discord.messages().at(-1)?.attachments.length === 2)
    await told(run.db)
    const report = discord.messages().slice(evening.length)
    t.match(titles(report), REPORT_TITLES)
    t.strictSame(
      report.at(-1)?.attachments.map(({ filename }) => filename),
      ['performance.png', 'efficiency.png'],
    )
    t.match(JSON.stringify(report.at(-1)?.components), /debrief:open:\d+:top/)
    t.notOk(
      report.some(({ pings }) => pings),
      'and it calls nobody',
    )
  })

  await t.test('a press of a button opens a view for who pressed, and for nobody else', async t => {
    const before = discord.messages().length
    const report = discord.messages().at(-1)
    const [, session] = /debrief:open:(\d+):weapons/.exec(JSON.stringify(report?.components)) ?? []
    const press = discord.interact(
      { custom_id: `debrief:open:${session}:weapons`, component_type: 2 },
      { type: 3, messageId: report?.id ?? '' },
    )
    await until('the view', () => press.original !== null)
    t.match(press.original?.embeds[0]?.title, /Weapons/)
    t.ok(press.ephemeral)
    t.equal(discord.messages().length, before)
  })

  function voices() {
    return run.db.selectFrom('voice_sessions').selectAll().execute()
  }
})

/** A long card goes on in an embed without a title. */
function titles(messages: readonly StoredMessage[]): (string | undefined)[] {
  return messages
    .flatMap(({ embeds }) => embeds.map(({ title }) => title))
    .filter(title => title !== undefined)
}
