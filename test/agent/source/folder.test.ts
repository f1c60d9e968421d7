import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkFolder } from '../../../agent/src/doctor/check-folder.ts'
import { folderSource } from '../../../agent/src/source/folder.ts'
import { roundName, testFolder } from '../../support/agent-run.ts'

t.test('a list hands back the entry of each file that looks as it did, and no other', async t => {
  const dir = await testFolder(t)
  const [same, longer, touched] = [roundName('same'), roundName('longer'), roundName('touched')]
  const [gone, linked] = [roundName('gone'), roundName('linked')]
  for (const name of [same, longer, touched, gone, linked]) {
    writeFileSync(join(dir, name), 'round\n')
    utimesSync(join(dir, name), 1_700_000_000, 1_700_000_000)
  }
  const source = folderSource(dir)
  const { signal } = new AbortController()
  const before = new Map((await source.list(signal)).entries.map(entry => [entry.name, entry]))
  writeFileSync(join(dir, longer), 'round\nround\n')
  utimesSync(join(dir, longer), 1_700_000_000, 1_700_000_000)
  utimesSync(join(dir, touched), 1_700_000_000, 1_700_000_000.5)
  rmSync(join(dir, gone))
  rmSync(join(dir, linked))
  symlinkSync(join(dir, same), join(dir, linked))
  const after = new Map((await source.list(signal, name => before.get(name))).entries.map(e => [e.name, e]))
  t.equal(after.get(same), before.get(same), 'the very entry')
  t.match(after.get(longer), { bytes: 12 })
  t.match(after.get(touched), { mtimeMs: 1_700_000_000_500 })
  t.notOk(after.has(gone))
  t.notOk(after.has(linked))
})

t.test('a file that cannot be looked at is told of, and holds up no other', async t => {
  const dir = await testFolder(t)
  // The system takes 4 096 bytes of a path at most. In a folder this deep only short names can be asked for.
  const DEEP = 3_980
  const [long, short] = [roundName('a'.repeat(150)), roundName('b')]
  mkdirSync(join(dir, 'games'))
  for (const name of [long, short]) writeFileSync(join(dir, 'games', name), 'round\n')
  let deep = dir
  while (deep.length < DEEP) deep = join(deep, 'd'.repeat(Math.min(200, DEEP - deep.length)))
  mkdirSync(deep, { recursive: true })
  renameSync(join(dir, 'games'), join(deep, 'games'))
  // There nothing could remove it.
  t.teardown(() => renameSync(join(deep, 'games'), join(dir, 'games')))
  const source = folderSource(join(deep, 'games'))
  const { signal } = new AbortController()
  const listing = await source.list(signal)
  t.same(
    listing.entries.map(({ name }) => name),
    [short],
  )
  t.equal(listing.problem?.startsWith(`A file cannot be looked at: ${long}: ENAMETOOLONG`), true)
  const seen = { name: long, bytes: 6, mtimeMs: 1_700_000_000_000 }
  const again = await source.list(signal, name => (name === long ? seen : undefined))
  t.ok(again.entries.includes(seen), 'what was seen of it before is not gone')
  const findings = await checkFolder(source, source.place, signal)
  t.match(findings, [{ state: 'failed', what: 'folder', detail: /cannot be looked at/ }])
})
