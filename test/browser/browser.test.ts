import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Browser, CDPSession, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { openBrowser, visit, withoutBrowser } from '../support/browser.ts'
import { type CorpusFile, corpusFiles } from '../support/corpus.ts'
import { deliverAll, gameServer } from '../support/import-files.ts'
import { type TestApp, testApp } from '../support/test-app.ts'

const HOSTILE = '<img src=x onerror=alert(1)>'
const EVENING = corpusFiles('evenings').slice(0, 4)
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

// Each page takes axe a second.
t.test('a real browser', { skip: withoutBrowser(), timeout: 280_000 }, async t => {
  const browser = await openBrowser(t)

  t.test('an evening on its pages', async t => {
    const { app, origin } = await evening(t)
    t.test('every page, dark and light, wide and narrow', { timeout: 200_000 }, t =>
      everyPage(t, browser, origin),
    )
    t.test('tables are sorted by their headings', t => sorting(t, browser, origin))
    t.test('everything can be read without JavaScript', t => noScript(t, browser, origin))
    t.test('a name is text, whatever it says', t => hostileName(t, browser, origin))
    t.equal((await app.inject('/healthz')).statusCode, 200)
  })
  t.test('the newest session refreshes itself', t => liveSession(t, browser))
  t.test('upload by button', t => uploadByButton(t, browser))
  t.test('upload by drag and drop, a folder too', t => uploadByDrop(t, browser))
  t.test('the token is remembered only if asked', t => remembering(t, browser))
  t.test('what goes wrong is said', t => uploadTroubles(t, browser))
})

const PAGES = [
  '/players',
  '/players/A16D6351',
  '/leaderboards',
  '/compare',
  '/compare?a=A16D6351&b=B3768A2C',
  '/records',
  '/maps',
  '/maps/supply',
  '/',
  '/sessions/latest',
  '/rounds/2',
  '/upload',
  '/agent',
  '/docs',
]

async function everyPage(t: Test, browser: Browser, origin: string): Promise<void> {
  const { page, context, complaints } = await visit(browser, origin, { colorScheme: 'dark' })
  for (const path of PAGES) {
    await page.goto(path)
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true')
    await inBothColours(t, page, path)
    t.same(complaints.splice(0), [], `${path}: a quiet console, no broken policy, nobody else asked`)
    for (const width of [360, 820, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      t.equal(beyond, 0, `${path} ${width}: nothing scrolls sideways`)
    }
  }
  await page.goto('/nowhere')
  await inBothColours(t, page, '/nowhere')
  t.match(complaints, [/status of 404/], 'which the browser calls an error of its own')
  await context.close()
}

/** The same page, so that only what hangs on colours is looked at once more. */
async function inBothColours(t: Test, page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' })
  t.same(await violations(page), [], `${path} dark: axe finds nothing serious`)
  await page.emulateMedia({ colorScheme: 'light' })
  t.same(await violations(page, 'colours'), [], `${path} light: axe finds nothing serious`)
}

async function sorting(t: Test, browser: Browser, origin: string): Promise<void> {
  const { page, complaints } = await visit(browser, origin)
  await page.goto('/sessions/latest')
  const table = page.getByRole('region', { name: /^Players of session/ }).getByRole('table')
  const column = async (index: number) => {
    const cells = await table.locator(`tbody tr > :nth-child(${index})`).allTextContents()
    return cells.map(text => text.trim())
  }
  const numbers = (texts: string[]) => texts.map(Number)
  const deaths = numbers(await column(3))
  await table.getByRole('button', { name: 'D', exact: true }).click()
  t.same(
    numbers(await column(3)),
    deaths.toSorted((a, b) => b - a),
    'the most first',
  )
  t.equal(await table.locator('th[aria-sort]').getAttribute('aria-sort'), 'descending')
  await page.keyboard.press('Enter')
  t.same(
    numbers(await column(3)),
    deaths.toSorted((a, b) => a - b),
    'by the keyboard too, and the other way',
  )
  t.equal(await table.locator('th[aria-sort]').getAttribute('aria-sort'), 'ascending')
  await table.getByRole('button', { name: 'Player' }).click()
  const names = (await column(1)).map(text => text.replace(/^[AB]\s/, ''))
  t.same(
    names,
    names.toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true })),
  )
  t.same(complaints, [])
}

async function liveSession(t: Test, browser: Browser): Promise<void> {
  const test = await testApp(t)
  const origin = await test.listen()
  const server = await gameServer(test.db, 'zone')
  const files = EVENING.map(withHostileName)
  await deliverAll(test.db, server, files.slice(0, 2))
  const { page, complaints } = await visit(browser, origin)
  await page.goto('/sessions/latest')
  await page.getByText('Live: new rounds').waitFor()
  const table = page.getByRole('region', { name: /^Players of session/ }).getByRole('table')
  const deaths = async () => (await table.locator('tbody tr > :nth-child(3)').allTextContents()).map(Number)
  await table.getByRole('button', { name: 'D', exact: true }).click()
  await table.getByRole('button', { name: 'D', exact: true }).click()
  const details = page.locator('details[data-key="A16D6351"]')
  await details.locator('summary').click()
  await page.evaluate('window.isTheSamePage = true')
  const before = await deaths()

  await deliverAll(test.db, server, files.slice(2, 3))
  await page.locator('.map').nth(1).waitFor()
  await page.getByText('3 rounds counted').waitFor()
  t.equal(await page.evaluate('window.isTheSamePage'), true, 'nothing was loaded anew')
  t.ok(await details.getByText('All evenings of').isVisible(), 'what was open stays open')
  t.equal(
    await page.evaluate('document.activeElement.closest("details")?.dataset.key'),
    'A16D6351',
    'and in focus',
  )
  t.equal(await table.locator('th[aria-sort]').getAttribute('aria-sort'), 'ascending')
  const after = await deaths()
  t.not(String(after), String(before))
  t.same(
    after,
    after.toSorted((a, b) => a - b),
    'what was sorted stays sorted',
  )
  t.match(await page.title(), /^Session 1: /)
  t.equal(await page.locator('img[src=x]').count(), 0, 'a name is text here too')
  t.same(await violations(page), [])

  await table.getByRole('button', { name: 'D', exact: true }).click()
  t.same(
    await deaths(),
    after.toSorted((a, b) => b - a),
    'and can be sorted',
  )
  await page.goto('/sessions/1')
  await page.getByText('Live: new rounds').waitFor()
  await deliverAll(test.db, server, files.slice(3))
  await page.getByText('4 rounds counted').waitFor()
  await deliverAll(
    test.db,
    server,
    files.slice(0, 1).map(file => ({ ...file, name: file.name.replace(/^\d{4}-\d\d-\d\d/, '2026-06-01') })),
  )
  await page.getByText('Another session has begun.').waitFor()
  t.equal(await page.locator('.map').count(), 2, 'a page by number stays with its session')
  await page.getByRole('link', { name: 'Go to it' }).click()
  await page.getByText('1 round counted').waitFor()
  await page.getByText('Live: new rounds').waitFor()
  const seen = page.getByText('Not live just now')
  await test.app.close()
  await seen.waitFor()
  // A line that was cut is what this was about.
  t.same(
    complaints.filter(each => !/ERR_|Failed to load/.test(each)),
    [],
  )
}

async function noScript(t: Test, browser: Browser, origin: string): Promise<void> {
  const { page, complaints } = await visit(browser, origin, { javaScriptEnabled: false })
  await page.goto('/')
  await page.getByRole('link', { name: /May 2026/ }).click()
  await page.getByRole('heading', { name: 'Players', exact: true }).waitFor()
  t.equal(await page.locator('[data-sortable]').first().locator('tbody tr').count(), 6)
  t.equal(await page.getByRole('button').count(), 0, 'nothing is offered that does nothing')
  const details = page.locator('details').filter({ hasText: 'Players on supply' })
  await details.locator('summary').click()
  t.ok(await details.getByRole('table').isVisible())
  await page.getByRole('link', { name: 'supply, round 1' }).first().click()
  await page.getByRole('heading', { name: 'The seven checks' }).waitFor()
  await page.goto('/upload')
  t.ok(await page.getByText('needs JavaScript').isVisible())
  t.ok(await page.locator('form').isHidden())
  t.same(complaints, [])
}

async function hostileName(t: Test, browser: Browser, origin: string): Promise<void> {
  const { page, complaints } = await visit(browser, origin)
  page.on('dialog', dialog => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  for (const path of ['/', '/sessions/latest', '/rounds/1']) {
    await page.goto(path)
    t.ok((await page.getByText(HOSTILE).count()) > 0, `${path} shows the name`)
    t.equal(await page.locator('img[src=x]').count(), 0)
  }
  await page.goto('/sessions/latest')
  await page.getByRole('button', { name: 'Player' }).first().click()
  t.equal(await page.locator('img[src=x]').count(), 0)
  t.same(complaints, [])
}

async function uploadByButton(t: Test, browser: Browser): Promise<void> {
  const { token, origin, db } = await emptyServer(t)
  const { page, complaints } = await visit(browser, origin)
  const [round1, round2] = EVENING
  if (!round1 || !round2) throw new Error('The corpus has no rounds.')
  await page.goto('/upload')

  await page.getByLabel('Choose files').setInputFiles(asUpload(round1))
  await page.getByText('Enter the token of the game server').waitFor()
  await page.getByLabel('Token of the game server').fill(token)
  await page.getByRole('button', { name: 'Send' }).click()
  await outcome(page, round1.name, 'imported')
  const link = page.getByRole('link', { name: /^supply, round 1, 6 players$/ })
  t.equal(await link.getAttribute('href'), '/rounds/1')
  const row = await db.selectFrom('processed_files').selectAll().executeTakeFirstOrThrow()
  t.equal(row.source, 'manual')
  t.ok(row.file_modified_at, 'the file’s own time was told')

  await page.reload()
  await page.getByLabel('Token of the game server').fill(token)
  await page.getByLabel('Choose files').setInputFiles(asUpload(round1))
  await outcome(page, round1.name, 'duplicate')

  await page.getByLabel('Dry run').check()
  await page.getByLabel('Choose files').setInputFiles(asUpload(round2))
  await outcome(page, round2.name, 'good, not stored (dry run)')
  t.equal((await db.selectFrom('processed_files').select('file_id').execute()).length, 1)
  t.same(complaints, [])
}

async function uploadByDrop(t: Test, browser: Browser): Promise<void> {
  const { token, origin, db } = await emptyServer(t)
  const { page, context, complaints } = await visit(browser, origin)
  const folder = await mkdtemp(join(tmpdir(), 'debrief-drop-'))
  for (const { name, content } of EVENING) await writeFile(join(folder, name), content)
  const damaged = join(await mkdtemp(join(tmpdir(), 'debrief-drop-')), '2026-05-04-204850-supply-round-1.txt')
  await writeFile(damaged, damage(EVENING[0]))
  await page.goto('/upload')
  await page.getByLabel('Token of the game server').fill(token)
  const protocol = await context.newCDPSession(page)

  await dropFiles(protocol, page, [join(folder, EVENING[0]?.name ?? '')])
  await outcome(page, EVENING[0]?.name ?? '', 'imported')

  await dropFiles(protocol, page, [folder])
  await page.getByText(`${EVENING.length} imported`).waitFor()
  t.match(await page.getByRole('status').textContent(), '1 duplicate', 'a folder with one that is known')
  const rounds = await db.selectFrom('rounds').select('status').execute()
  t.same(
    rounds,
    EVENING.map(() => ({ status: 'complete' })),
  )

  await dropFiles(protocol, page, [damaged])
  // A rejection is an answer with status 422, which a browser calls an error of its own.
  const line = await outcome(page, '2026-05-04-204850-supply-round-1.txt', 'rejected')
  t.match(await line.textContent(), /bad_number in line 3: /)
  t.equal(await line.getByRole('link', { name: 'bad_number' }).getAttribute('href'), '/docs#bad_number')
  t.same(complaints, [
    'error: Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)',
  ])

  await line.getByRole('link', { name: 'bad_number' }).click()
  t.ok(await page.locator('#bad_number').isVisible(), 'the code is explained')
}

async function remembering(t: Test, browser: Browser): Promise<void> {
  const { token, origin } = await emptyServer(t)
  const { page } = await visit(browser, origin)
  const field = page.getByLabel('Token of the game server')
  const remember = page.getByLabel('Remember the token')
  await page.goto('/upload')
  await field.fill(token)
  await page.reload()
  t.equal(await field.inputValue(), '', 'not without being asked')
  t.equal(await page.evaluate('localStorage.length'), 0)

  await field.fill(token)
  await remember.check()
  await page.reload()
  t.equal(await field.inputValue(), token)
  t.ok(await remember.isChecked())

  await remember.uncheck()
  t.equal(await page.evaluate('localStorage.length'), 0, 'and forgotten when asked')
}

async function uploadTroubles(t: Test, browser: Browser): Promise<void> {
  const { token, origin, state } = await emptyServer(t, 5_000)
  const { page } = await visit(browser, origin)
  const [round1, round2] = EVENING
  if (!round1 || !round2) throw new Error('The corpus has no rounds.')
  await page.goto('/upload')
  const field = page.getByLabel('Token of the game server')
  const choose = page.getByLabel('Choose files')

  await field.fill('wrong')
  await choose.setInputFiles(asUpload(round1))
  t.match(
    await (await outcome(page, round1.name, 'not sent')).textContent(),
    /unauthorized: The token is wrong/,
  )

  await field.fill(token)
  const large = { ...round1, name: '2026-05-05-000000-large-round-1.txt', content: Buffer.alloc(5_001, 'x') }
  await choose.setInputFiles(asUpload(large))
  t.match(await (await outcome(page, large.name, 'not sent')).textContent(), /too_large/)

  await choose.setInputFiles(asUpload({ name: 'notes_engagements.txt', content: Buffer.from('not a round') }))
  const other = await outcome(page, 'notes_engagements.txt', 'kept, makes no round')
  t.match(await other.textContent(), /unsupported_kind/)

  state.databasePrepared = false
  await choose.setInputFiles(asUpload(round2))
  await outcome(page, round2.name, 'waiting')
  state.databasePrepared = true
  await outcome(page, round2.name, 'imported')
  t.pass('what the database could not take was sent again')
}

/** Waits until the line of a file says so, and gives it. */
async function outcome(page: Page, file: string, label: string) {
  const line = page.getByRole('listitem').filter({ hasText: file }).last()
  await line.getByText(label, { exact: true }).waitFor()
  return line
}

/** As a hand does it: files of this machine are dragged into the window and dropped on the box. */
async function dropFiles(protocol: CDPSession, page: Page, files: string[]): Promise<void> {
  const box = await page.locator('#drop').boundingBox()
  if (!box) throw new Error('The box to drop files on is not on the page.')
  const at = { x: box.x + box.width / 2, y: box.y + 20, data: { items: [], files, dragOperationsMask: 1 } }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await protocol.send('Input.dispatchDragEvent', { type, ...at })
  }
}

/** Of a page that was looked at before, in other colours, only these are new. */
async function violations(page: Page, what: 'everything' | 'colours' = 'everything'): Promise<string[]> {
  if (await page.evaluate('window.axe === undefined')) await page.evaluate(await readFile(AXE, 'utf8'))
  const rules = what === 'everything' ? '' : 'runOnly: ["color-contrast", "link-in-text-block"], '
  const results: AxeResults = await page.evaluate(`axe.run({ ${rules}resultTypes: ["violations"] })`)
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(node => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
    )
}

function asUpload({ name, content }: CorpusFile) {
  return { name, mimeType: 'text/plain', buffer: content }
}

/** A letter where a figure was, in the third line. */
function damage(file: CorpusFile | undefined): string {
  const lines = (file?.content.toString('latin1') ?? '').split('\n')
  return lines.map((line, index) => (index === 2 ? line.replace(/\t\d+/, '\tx') : line)).join('\n')
}

/** Two maps of a real evening, with a player who calls himself like an attack. */
async function evening(t: Test): Promise<TestApp & { origin: string }> {
  const test = await testApp(t)
  await deliverAll(test.db, await gameServer(test.db, 'zone'), EVENING.map(withHostileName))
  return { ...test, origin: await test.listen() }
}

function withHostileName({ name, content }: CorpusFile): CorpusFile {
  const text = content.toString('latin1').replace(/^(A16D6351)\\[^\\]*\\/gm, `$1\\${HOSTILE}\\`)
  return { name, content: Buffer.from(text, 'latin1') }
}

async function emptyServer(t: Test, maxFileBytes?: number): Promise<TestApp & { origin: string }> {
  const test = await testApp(t, maxFileBytes === undefined ? {} : { config: { maxFileBytes } })
  return { ...test, origin: await test.listen() }
}
