import t from 'tap'
import { botRun, told } from '../support/discord/bot-run.ts'
import { nth, recentFiles } from '../support/discord/recent-files.ts'
import { deliver, deliverAll } from '../support/import-files.ts'
import { until } from '../support/until.ts'

/**
 * The file of a first round is late: it comes after the second round's, and after the report that somebody asked for.
 * What stands in Discord by then is made true, in place; nothing is posted a second time.
 */
t.test('a late file edits what stands in Discord', async t => {
  const run = await botRun(t)
  const { discord } = run
  const evening = recentFiles().slice(-6)
  const [late, second, ...others] = [nth(evening, 0), nth(evening, 1), ...evening.slice(2)]
  const card = () => discord.messages()[0]
  const overview = () =>
    discord.messages().find(({ embeds }) => /overview/.test(embeds[0]?.title ?? ''))?.embeds[0]

  await t.test('the second round comes alone: its card says that it waits for its round 1', async t => {
    await deliver(run.db, run.server, second)
    await told(run.db)
    t.match(card()?.embeds[0], { title: /round 2$/, description: /Waits for its round 1/ })
    t.equal(
      card()?.embeds[0]?.fields,
      undefined,
      'and shows no figures, for they are of both rounds together',
    )
  })

  await t.test('the evening goes on, and somebody asks for the report', async t => {
    await deliverAll(run.db, run.server, others)
    await told(run.db)
    discord.say('!last_session')
    await until('the report', () => discord.messages().at(-1)?.attachments.length === 2)
    t.match(overview()?.footer?.text, /4 rounds/)
  })

  const standing = discord.messages().map(({ id }) => id)
  const before = JSON.stringify(overview())

  await t.test('the late file arrives: the card now shows the second round’s own figures', async t => {
    await deliver(run.db, run.server, late)
    await told(run.db)
    t.equal(card()?.edits, 1)
    t.match(card()?.embeds[0], { title: /round 2$/, fields: [{ name: /Axis/ }, { name: /Allies/ }] })
    t.notMatch(card()?.embeds[0]?.description, /Waits/)
  })

  await t.test('the report counts both rounds', async t => {
    await until('it was edited', () => JSON.stringify(overview()) !== before)
    t.match(overview()?.footer?.text, /6 rounds/)
  })

  await t.test('one round card is new: that of the late round itself', async t => {
    const added = discord.messages().filter(({ id }) => !standing.includes(id))
    // A report that has grown may take a message more; its cards say what they are of.
    const cards = added.filter(({ embeds }) => !/rounds counted/.test(embeds[0]?.footer?.text ?? ''))
    t.match(cards, { length: 1 })
    t.match(cards[0]?.embeds[0]?.title, /round 1$/)
    t.ok(
      standing.every(id => discord.messages().some(message => message.id === id)),
      'and none is gone',
    )
  })
})
