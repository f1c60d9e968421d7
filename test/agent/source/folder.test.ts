import { rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
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
