import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type FileRecord, HISTORY_FILE, openHistory } from '../../../agent/src/report/history.ts'
import { testFolder } from '../../support/agent-run.ts'
import { until } from '../../support/until.ts'

const record = (name: string, bytes = 10): FileRecord => ({
  ...{
    name,
    bytes,
    mtimeMs: 1_700_000_000_000,
    sha256: 'a'.repeat(64),
    outcome: 'imported',
    duplicate: false,
  },
  ...{ source: 'agent', at: '2026-11-26T20:00:00.000Z', code: null, detail: null, line: null },
  ...{ roundId: 1, gamingSessionId: 1 },
})

t.test(
  'a note is known at once, on disk a moment later with those that came behind it, and with the end of all',
  async t => {
    const dir = await testFolder(t)
    const history = await openHistory(dir, error => t.fail(String(error)))
    const lines = async () =>
      (await readFile(join(dir, HISTORY_FILE), 'utf8').catch(() => '')).split('\n').length - 1
    history.add(record('file 0'))
    await until('the first is on disk', async () => (await lines()) === 1)
    for (let i = 1; i < 50; i++) history.add(record(`file ${i}`))
    t.equal((await history.recall()).size, 50)
    await until('those behind it are on disk', async () => (await lines()) === 50)
    history.add(record('file 0', 11))
    await history.flush()
    t.equal(await lines(), 51)
    const again = await openHistory(dir, error => t.fail(String(error)))
    t.match((await again.recall()).get('file 0'), { bytes: 11 })
  },
)
