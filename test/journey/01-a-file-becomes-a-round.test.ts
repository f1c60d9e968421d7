import { appendFile, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startAgent } from '@debrief/agent'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { loadConfig } from '../../server/src/config.ts'
import { createToken } from '../../server/src/game-servers/tokens/create-token.ts'
import { type RunningServer, startServer } from '../../server/src/start-server.ts'
import { CORPUS_ZONE, corpusFiles } from '../support/corpus.ts'
import { deliverAll, derivedRows, gameServer, withoutWarnings } from '../support/import-files.ts'
import { testDatabase } from '../support/test-database.ts'

const log = pino({ level: 'silent' })
const EVENING = corpusFiles('evenings').slice(0, 20)

/** A server on a database of its own, at an address that stays the same when it is started again. */
async function stage(t: Test) {
  const database = await testDatabase(t)
  const config = {
    ...loadConfig({}),
    databaseUrl: database.url,
    dataDir: t.testdir({ gamestats: {}, state: {} }),
  }
  const start = (port: number): Promise<RunningServer> => startServer({ config: { ...config, port }, log })
  const server = await start(0)
  const { token } = await createToken(database.db, { serverName: 'test', timezone: CORPUS_ZONE })
  const port = Number(new URL(server.url).port)
  const dir = join(config.dataDir, 'gamestats')
  const agent = () =>
    startAgent(
      {
        ...{ ingestUrl: new URL(server.url), token, tokenFile: null, caCert: null, scanSeconds: 1 },
        ...{ stateDir: join(config.dataDir, 'state'), logLevel: 'silent', folder: { dir }, ssh: null },
      },
      { log },
    )
  return { ...database, server, restart: () => start(port), dir, agent }
}

type Stage = Awaited<ReturnType<typeof stage>>

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 20))
}

const roundCount = async ({ db }: Stage) =>
  (await db.selectFrom('rounds').select('round_id').execute()).length

let expected: Promise<unknown[]> | undefined

/** The tables as a delivery in order, without any network, makes them. */
function expectedRows(t: Test): Promise<unknown[]> {
  expected ??= deliveredRows(t)
  return expected
}

async function deliveredRows(t: Test): Promise<unknown[]> {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db, 'test'), EVENING)
  return derivedRows(db)
}

t.test('an evening, file by file, under the eyes of the agent', async t => {
  const scene = await stage(t)
  const agent = scene.agent()
  for (const { name, content } of EVENING) await writeFile(join(scene.dir, name), content)
  await until(async () => (await roundCount(scene)) === EVENING.length)
  await agent.stop()
  await scene.server.close()
  t.strictSame(withoutWarnings(await derivedRows(scene.db)), withoutWarnings(await expectedRows(t)))
  const files = await scene.db.selectFrom('processed_files').select(['source', 'file_modified_at']).execute()
  t.equal(files.length, EVENING.length, 'each file was kept once')
  t.ok(files.every(file => file.source === 'agent' && file.file_modified_at !== null))
})

t.test(
  'the server goes away in the middle and comes back; the agent is started again: nothing is lost or doubled',
  async t => {
    const scene = await stage(t)
    let agent = scene.agent()
    for (const { name, content } of EVENING.slice(0, 10)) await writeFile(join(scene.dir, name), content)
    await until(async () => (await roundCount(scene)) >= 4)
    await scene.server.close()
    for (const { name, content } of EVENING.slice(10)) await writeFile(join(scene.dir, name), content)
    await agent.stop()
    agent = scene.agent()
    const server = await scene.restart()
    await until(async () => (await roundCount(scene)) === EVENING.length)
    await agent.stop()
    await server.close()
    t.strictSame(withoutWarnings(await derivedRows(scene.db)), withoutWarnings(await expectedRows(t)))
  },
)

t.test('a file that is written slowly ends complete', async t => {
  const scene = await stage(t)
  const [file] = EVENING
  if (!file) throw new Error('no file')
  const path = join(scene.dir, file.name)
  const half = file.content.indexOf('\n', 500) + 1
  const agent = scene.agent()
  await writeFile(path, file.content.subarray(0, half))
  // Long enough that the agent believes the file whole, as it looks: cut at a line end.
  await until(async () => (await roundCount(scene)) === 1)
  await appendFile(path, file.content.subarray(half))
  await until(async () => {
    const round = await scene.db.selectFrom('rounds').select('player_count').executeTakeFirst()
    return round?.player_count === 6
  })
  await agent.stop()
  await scene.server.close()
  const files = await scene.db
    .selectFrom('processed_files')
    .select(['status', 'error_code'])
    .orderBy('file_id')
    .execute()
  t.strictSame(files, [
    { status: 'ignored', error_code: 'superseded' },
    { status: 'imported', error_code: null },
  ])
})

t.test('files of other scripts, backups and folders beside the rounds disturb nobody', async t => {
  const scene = await stage(t)
  const [file] = EVENING
  if (!file) throw new Error('no file')
  await mkdir(join(scene.dir, '2026-05-05-204850-supply-round-2.txt'))
  await writeFile(join(scene.dir, file.name.replace('.txt', '_ws.txt')), 'weapons\n')
  await writeFile(join(scene.dir, 'server.cfg'), 'secret\n')
  await writeFile(join(scene.dir, file.name), file.content)
  await copyFile(join(scene.dir, file.name), join(scene.dir, `${file.name}.bak`))
  const agent = scene.agent()
  await until(
    async () => (await scene.db.selectFrom('processed_files').select('file_id').execute()).length === 2,
  )
  await agent.stop()
  await scene.server.close()
  const files = await scene.db
    .selectFrom('processed_files')
    .select(['filename', 'status'])
    .orderBy('filename')
    .execute()
  t.strictSame(files, [
    { filename: '2026-05-05-204850-supply-round-1.txt', status: 'imported' },
    { filename: '2026-05-05-204850-supply-round-1_ws.txt', status: 'ignored' },
  ])
})
