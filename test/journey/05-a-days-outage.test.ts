import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startAgent } from '@debrief/agent'
import { pino } from 'pino'
import t from 'tap'
import { headline } from '../../agent/src/report/headline.ts'
import { readStatus } from '../../agent/src/report/status-file.ts'
import { loadConfig } from '../../server/src/config.ts'
import { createToken } from '../../server/src/game-servers/tokens/create-token.ts'
import { startServer } from '../../server/src/start-server.ts'
import { CORPUS_ZONE, corpusFiles } from '../support/corpus.ts'
import { deliverAll, derivedRows, gameServer, withoutWarnings } from '../support/import-files.ts'
import { testClock } from '../support/test-clock.ts'
import { testDatabase } from '../support/test-database.ts'
import { until } from '../support/until.ts'

const log = pino({ level: 'silent' })
const [FIRST, ...EVENING] = corpusFiles('evenings').slice(0, 20)
const HOUR_MS = 3_600_000

t.test('the stats server is away for a day; people play on; in the end all of it is there, once', async t => {
  if (!FIRST) throw new Error('The corpus has no evening.')
  const { db, url } = await testDatabase(t)
  const dataDir = t.testdir({ gamestats: {}, state: {} })
  const dir = join(dataDir, 'gamestats')
  const stateDir = join(dataDir, 'state')
  const config = { ...loadConfig({}), databaseUrl: url, dataDir }
  const rounds = async () => (await db.selectFrom('rounds').select('round_id').execute()).length

  // In the afternoon all is well: a server, an agent beside the game, a first round.
  let server = await startServer({ config: { ...config, port: 0 }, log })
  const ingestUrl = new URL(server.url)
  const { token } = await createToken(db, { serverName: 'test', timezone: CORPUS_ZONE })
  // The agent's time is ours to spend: it sleeps and waits by this clock.
  const clock = testClock()
  const said: string[] = []
  const agentLog = pino({ level: 'info' }, { write: line => void said.push(JSON.parse(line).msg) })
  const agent = startAgent(
    {
      ...{ ingestUrl, token, tokenFile: null, caCert: null, scanSeconds: 600 },
      ...{ stateDir, logLevel: 'info', folder: { dir }, ssh: null },
    },
    { log: agentLog, clock },
  )
  const inTime = (what: string, isSo: () => Promise<boolean>) =>
    until(what, async () => {
      await clock.pass(1_000)
      return isSo()
    })
  await writeFile(join(dir, FIRST.name), FIRST.content)
  await inTime('the first round is a row', async () => (await rounds()) === 1)

  // Then the server goes away, and for a day nobody notices but the agent. A round is played every hour or so.
  await server.close()
  for (const { name, content } of EVENING) {
    await writeFile(join(dir, name), content)
    await clock.pass((24 * HOUR_MS) / EVENING.length)
  }
  await inTime('the agent says what waits and why', async () => {
    const status = await readStatus(stateDir)
    return status !== null && headline(status).startsWith('1 delivered, 19 waiting. 127.0.0.1:')
  })

  // The server comes back at its old address. Nobody tells the agent; within a minute it finds out.
  server = await startServer({ config: { ...config, port: Number(ingestUrl.port) }, log })
  await inTime('every round is a row', async () => (await rounds()) === 20)
  await inTime('the agent says so', async () =>
    said.some(line => /^the server is back after 2\d h \d+ min$/.test(line)),
  )
  await agent.stop()
  await server.close()

  // The tables are those of a day without any outage, and nothing was kept twice.
  const undisturbed = await testDatabase(t)
  await deliverAll(undisturbed.db, await gameServer(undisturbed.db, 'test'), [FIRST, ...EVENING])
  t.strictSame(withoutWarnings(await derivedRows(db)), withoutWarnings(await derivedRows(undisturbed.db)))
  const kept = await db.selectFrom('processed_files').select('status').execute()
  t.strictSame(
    kept,
    Array.from({ length: 20 }, () => ({ status: 'imported' })),
  )
})
