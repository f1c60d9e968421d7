import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { buildPrograms } from '../../../server/build/build-programs.ts'
import { programsFolder } from '../../../server/build/programs-folder.mjs'
import { keepMadeReady } from '../../../server/src/made-ready.ts'
import { until } from '../../support/until.ts'

const SOURCE = 'server/src/main.ts'

t.test('the folder of programs belongs to exactly these sources', async t => {
  const root = t.testdir({ server: { src: { 'main.ts': 'one' } }, shared: { src: {} } })
  const workspace = pathToFileURL(`${root}/`)
  const before = programsFolder(workspace).href
  t.equal(programsFolder(workspace).href, before, 'the same for the same')

  const { mtime } = statSync(join(root, SOURCE))
  const second = Math.floor(mtime.getTime() / 1000)
  utimesSync(join(root, SOURCE), mtime, second)
  t.equal(programsFolder(workspace).href, before, 'a time whose parts of a second a layer of an image lost')
  utimesSync(join(root, SOURCE), mtime, new Date(mtime.getTime() - 86_400_000))
  const older = programsFolder(workspace).href
  t.not(older, before, 'a source that is older, as an archive unpacks it')

  writeFileSync(join(root, SOURCE), 'longer')
  utimesSync(join(root, SOURCE), mtime, mtime)
  const longer = programsFolder(workspace).href
  t.notOk([before, older].includes(longer), 'another content with the time of the first')

  writeFileSync(join(root, 'shared/src/more.ts'), '')
  t.not(programsFolder(workspace).href, longer, 'one more source')
})

t.test('whoever makes them ready at the same time makes the same, and nothing is left over', async t => {
  const dist = join(t.testdir(), 'dist')
  const older = Array.from({ length: 9 }, (_, daysAgo) => [`old${daysAgo}`, daysAgo + 1] as const)
  for (const [name, daysAgo] of [...older, ['oldest', 12] as const, ['killed.1b2c', 1] as const]) {
    mkdirSync(join(dist, name), { recursive: true })
    const at = new Date(Date.now() - daysAgo * 86_400_000)
    utimesSync(join(dist, name), at, at)
  }
  const folder = pathToFileURL(`${dist}/new/`)
  await Promise.all([buildPrograms(folder), buildPrograms(folder)])
  const kept = ['new', ...older.map(([name]) => name)]
  t.same(readdirSync(dist).sort(), kept, 'what still runs finds its parts')
  for (const program of ['main', 'cli/main', 'charts/draw-worker'])
    t.ok(existsSync(new URL(`${program}.mjs`, folder)), program)
})

t.test('the programs of a process that runs are not taken for old ones', async t => {
  const dist = t.testdir({ running: {} })
  const long = new Date(0)
  const isFresh = () => statSync(join(dist, 'running')).mtimeMs > long.getTime()
  utimesSync(join(dist, 'running'), long, long)
  const kept = keepMadeReady(pathToFileURL(`${dist}/running/`).href, 5)
  t.teardown(kept.stop)
  await until('it is fresh at once', isFresh)
  utimesSync(join(dist, 'running'), long, long)
  await until('and again later', isFresh)
  keepMadeReady(pathToFileURL(`${dist}/nowhere/`).href).stop()
  keepMadeReady(null).stop()
})

t.test('programs that cannot be written are an error, not half a folder', async t => {
  const dist = t.testdir({ dist: 'a file where the folder should be' })
  await t.rejects(buildPrograms(pathToFileURL(`${dist}/dist/new/`)))
  t.same(readdirSync(dist), ['dist'])
})
