import { pino } from 'pino'
import type { Locator } from 'playwright-core'
import t from 'tap'
import { loadConfig } from '../../server/src/config.ts'
import { createToken } from '../../server/src/game-servers/tokens/create-token.ts'
import { startServer } from '../../server/src/start-server.ts'
import { openBrowser, visit, withoutBrowser } from '../support/browser.ts'
import { CORPUS_ZONE, type CorpusFile, corpusFiles } from '../support/corpus.ts'
import { nth } from '../support/discord/recent-files.ts'
import { deliverAll, derivedRows, gameServer, withoutWarnings } from '../support/import-files.ts'
import { testDatabase } from '../support/test-database.ts'

/**
 * A game host where no agent runs: somebody has copied the files of an evening and submits them in the browser, in the
 * order in which people do that. What the pages say at each step is what the tables have.
 */
t.test('a file by hand, on the page', { skip: withoutBrowser() }, async t => {
  const { db, url } = await testDatabase(t)
  const config = { ...loadConfig({}), databaseUrl: url, dataDir: t.testdir(), port: 0 }
  const server = await startServer({ config, log: pino({ level: 'silent' }) })
  t.teardown(() => server.close())
  const { page, complaints } = await visit(await openBrowser(t), server.url)
  const files = corpusFiles('evenings').slice(0, 4)
  const first = nth(files, 0)
  const cut = { name: '2026-05-06-204850-supply-round-1.txt', content: first.content.subarray(0, 300) }
  const rounds = async () => (await db.selectFrom('rounds').select('round_id').execute()).length
  const line = (file: string): Locator => page.getByRole('listitem').filter({ hasText: file }).last()
  const choose = (...chosen: CorpusFile[]) =>
    page.getByLabel('Choose files').setInputFiles(chosen.map(asChosen))

  await t.test('the first page is empty, and leads to the upload', async () => {
    await page.goto('/')
    await page.getByText('No round has been played yet.').waitFor()
    await page.getByRole('link', { name: 'Upload', exact: true }).first().click()
    await page.getByRole('heading', { name: 'Upload stats files' }).waitFor()
  })

  await t.test('a file that is chosen before the token waits for it', async t => {
    await choose(first)
    await page.getByText('Enter the token of the game server').waitFor()
    t.equal(await rounds(), 0)
  })

  await t.test('with a token that is not one, the page says so and sends nothing', async t => {
    await page.getByLabel('Token of the game server').fill('a guess')
    await page.getByRole('button', { name: 'Send' }).click()
    await line(first.name).getByText('not sent', { exact: true }).waitFor()
    t.match(await line(first.name).textContent(), /unauthorized/)
    t.equal(await rounds(), 0)
  })

  await t.test(
    'the admin makes a token; a dry run says that the file is good, and stores nothing',
    async t => {
      const { token } = await createToken(db, { serverName: 'by hand', timezone: CORPUS_ZONE })
      await page.getByLabel('Token of the game server').fill(token)
      await page.getByLabel('Dry run').check()
      await choose(first)
      await line(first.name).getByText('good, not stored (dry run)', { exact: true }).waitFor()
      t.equal(await rounds(), 0)
      await page.getByLabel('Dry run').uncheck()
    },
  )

  await t.test('the file is imported, and its line leads to the round', async t => {
    await choose(first)
    await line(first.name).getByText('imported', { exact: true }).waitFor()
    t.equal(await rounds(), 1)
    await page.getByRole('link', { name: /^supply, round 1, 6 players$/ }).click()
    const players = await db.selectFrom('player_comprehensive_stats').select(['clean_name']).execute()
    t.equal(players.length, 6)
    for (const { clean_name } of players)
      t.ok((await page.getByText(clean_name).count()) > 0, `the round shows ${clean_name}`)
  })

  await t.test('the whole folder again: the one that is here changes nothing, the others come', async t => {
    await page.goto('/upload')
    const { token } = await createToken(db, { serverName: 'by hand', timezone: CORPUS_ZONE })
    await page.getByLabel('Token of the game server').fill(token)
    await choose(...files)
    await page.getByRole('status').getByText('3 imported').waitFor()
    await line(first.name).getByText('duplicate', { exact: true }).waitFor()
    t.equal(await rounds(), files.length)
  })

  await t.test('a copy that was cut off is refused, with its line and what its code means', async t => {
    await choose(cut)
    await line(cut.name).getByText('rejected', { exact: true }).waitFor()
    t.match(await line(cut.name).textContent(), /in line \d+: /)
    t.equal(await rounds(), files.length, 'nothing of it counts')
    await line(cut.name).getByRole('link').first().click()
    t.match(page.url(), /\/docs#/)
  })

  await t.test('the evening is a session like any other, on the list and on its page', async t => {
    await page.goto('/')
    await page
      .getByRole('link', { name: /May 2026/ })
      .first()
      .click()
    await page.getByRole('heading', { name: 'Players', exact: true }).waitFor()
    t.equal(await page.locator('[data-sortable]').first().locator('tbody tr').count(), 6)
  })

  await t.test('the tables equal those of an agent’s delivery', async t => {
    const other = await testDatabase(t)
    await deliverAll(other.db, await gameServer(other.db, 'by hand'), [...files, cut])
    t.strictSame(withoutWarnings(await derivedRows(db)), withoutWarnings(await derivedRows(other.db)))
  })

  t.same(
    complaints.map(complaint => /status of (\d+)/.exec(complaint)?.[1] ?? complaint),
    ['401', '422'],
    'the browser found nothing wrong but the two refusals',
  )
})

function asChosen({ name, content }: CorpusFile) {
  return { name, mimeType: 'text/plain', buffer: content }
}
