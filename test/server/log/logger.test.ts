import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Receipt } from '@debrief/shared'
import t from 'tap'
import { logReceipt } from '../../../server/src/log/log-receipt.ts'
import { createLogger } from '../../../server/src/log/logger.ts'
import { rotatingFile } from '../../../server/src/log/rotating-file.ts'

const imported: Receipt = {
  status: 'imported',
  duplicate: false,
  file: { name: 'a\u001b[31m.txt', sha256: 'f'.repeat(64), bytes: 3, receivedAt: '2026-05-05T20:48:50Z' },
  round: {
    id: 1,
    map: 'supply',
    roundNumber: 1,
    endedAt: '2026-05-05T20:48:50Z',
    gamingSessionId: 1,
    players: 8,
    weapons: 45,
    status: 'complete',
  },
  warnings: [{ code: 'total_kills', check: 3, expected: 40, actual: 50, message: 'Ten kills too many.' }],
  tookMs: 2149,
}
const facts = { server: 'arena', source: 'agent', tokenId: 1, address: '::1' }

t.test('the three files', async t => {
  const logDir = join(t.testdir(), 'made', 'when', 'needed')
  const { log, close } = createLogger({ logDir, level: 'silent' })
  logReceipt(log, imported, facts)
  logReceipt(log, { ...imported, duplicate: true }, facts)
  const problem = { code: 'bad_number', line: 3, detail: 'No number: \u0007' }
  logReceipt(log, { ...imported, status: 'rejected', round: null, warnings: [], problem }, facts)
  logReceipt(
    log,
    { ...imported, status: 'ignored', round: null, warnings: [], problem: { ...problem, line: null } },
    facts,
  )
  log.child({ component: 'discord' }).warn({ err: new Error('no answer') }, 'The bot cannot log in')
  log.error({ err: new Error('broken', { cause: new Error('the cause') }), sha256: 'abc' }, 'It failed')
  log.error({ err: new Error('\u009b2J'), file: 'a\u009b2J\u202eb' }, 'Of a sender')
  log.info('to standard output only')
  await close()
  const read = (name: string) => readFileSync(join(logDir, name), 'utf8')

  t.strictSame(
    read('database.log')
      .replace(/^\S+Z /gm, '')
      .split('\n'),
    [
      '✓ Imported a·[31m.txt: 8 players, 45 weapons [2.15s]',
      '⚠ a·[31m.txt: check 3: Ten kills too many.',
      '= Received before, imported: a·[31m.txt [2.15s]',
      '✗ Rejected a·[31m.txt: No number: · (bad_number, line 3) [2.15s]',
      '– Ignored a·[31m.txt: No number: · (bad_number) [2.15s]',
      '',
    ],
  )
  t.match(read('bot.log'), /^\S+Z WARN The bot cannot log in \(no answer\)\n$/)
  t.match(read('errors.log'), /ERROR It failed .*abc.*\nError: broken\n {4}at [\s\S]*the cause/)
  t.match(read('errors.log'), /Of a sender .*a·2J·b.*\nError: ·2J\n/)
})

t.test('a log that cannot be written stops nothing', async t => {
  await t.test('a folder that is a file, and that is put right', async t => {
    const logDir = join(t.testdir(), 'logs')
    writeFileSync(logDir, 'in the way')
    const { log, close } = createLogger({ logDir, level: 'silent' })
    for (let i = 0; i < 10; i++) logReceipt(log, imported, facts)
    await close()
    t.equal(readFileSync(logDir, 'utf8'), 'in the way')
    rmSync(logDir)
    logReceipt(log, imported, facts)
    await close()
    t.match(readFileSync(join(logDir, 'database.log'), 'utf8'), /✓ Imported/)
  })
  await t.test('a file that is deleted comes back', async t => {
    const path = join(t.testdir(), 'x.log')
    const told: unknown[] = []
    const tell = (what: unknown) => void told.push(what)
    const file = rotatingFile({ path, maxBytes: 1000, keep: 2, onFault: tell, onRecovery: tell })
    file.write('one\n')
    await file.settled()
    rmSync(path)
    file.write('two\n')
    await file.settled()
    t.equal(readFileSync(path, 'utf8'), 'two\n')
    rmSync(path)
    mkdirSync(path)
    for (const text of ['three\n', 'four\n']) {
      file.write(text)
      await file.settled()
    }
    t.match(told, [{ code: 'EISDIR' }], 'told once')
    rmSync(path, { recursive: true })
    file.write('five\n')
    await file.settled()
    t.equal(readFileSync(path, 'utf8'), 'five\n')
    t.match(told, [{ code: 'EISDIR' }, 2], 'and once that it is over, with the number of lines lost')
  })
  await t.test('a full disk', { skip: existsSync('/dev/full') ? false : 'no /dev/full here' }, async t => {
    const told: unknown[] = []
    const file = rotatingFile({
      path: '/dev/full',
      maxBytes: 1000,
      keep: 2,
      onFault: error => void told.push(error),
      onRecovery: () => undefined,
    })
    file.write('lost\n')
    await file.settled()
    t.match(told, [{ code: 'ENOSPC' }])
  })
  await t.test('standard output that nobody reads', async t => {
    const script = `
      import { createLogger } from ${JSON.stringify(new URL('../../../server/src/log/logger.ts', import.meta.url).href)}
      const { log, close } = createLogger({ logDir: null, level: 'info' })
      for (let i = 0; i < 2000; i++) log.info({ text: 'x'.repeat(1000) }, 'a line')
      process.stderr.write('still here')
      await close()
      process.exit(0)`
    const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '-e', script])
    let heard = ''
    child.stderr.on('data', chunk => {
      heard += chunk
    })
    await new Promise(resolve => child.on('exit', resolve))
    t.equal(heard, 'still here', 'it went on, and it ended')
  })
})

t.test('a file is bounded: it is put aside when it is full, and the oldest goes', async t => {
  const path = join(t.testdir(), 'x.log')
  const file = rotatingFile({
    path,
    maxBytes: 100,
    keep: 2,
    onFault: t.error,
    onRecovery: () => t.fail('recovered'),
  })
  for (let i = 0; i < 50; i++) {
    file.write(`line ${String(i).padStart(3, '0')}\n`)
    await file.settled()
  }
  t.match(readFileSync(path, 'utf8'), /line 049\n$/)
  for (const one of [path, `${path}.1`, `${path}.2`]) t.ok(statSync(one).size <= 100)
  t.notOk(existsSync(`${path}.3`))
})

t.test('tokens and the content of files never reach a log', async t => {
  const logDir = t.testdir()
  const { log, close } = createLogger({ logDir, level: 'silent' })
  const row = Object.assign(new Error('null value'), { detail: 'Failing row contains (secret-content)' })
  log.error(
    {
      err: row,
      token: 'secret-token',
      req: { headers: { authorization: 'secret-bearer' } },
      config: { token: 'secret-3' },
    },
    'x',
  )
  await close()
  t.notMatch(readFileSync(join(logDir, 'errors.log'), 'utf8'), /secret/)
})

t.test(
  'lines that are gathered go to the file together, and at once when somebody waits for them',
  async t => {
    const path = join(t.testdir(), 'gathered.log')
    const tell = () => t.fail('no fault')
    const file = rotatingFile({
      ...{ path, maxBytes: 1000, keep: 2, gatherMs: 3_600_000, onFault: tell, onRecovery: tell },
    })
    file.write('one\n')
    file.write('two\n')
    await new Promise(resolve => setImmediate(resolve))
    t.notOk(existsSync(path), 'they wait')
    await file.settled()
    t.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
  },
)
