import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { pino } from 'pino'
import { loadConfig } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts'
import { migrate } from '../db/migrate.ts'
import { benchBareClient } from './bare-client.ts'
import { benchPush } from './push-history.ts'
import { sampleHistory } from './sample-history.ts'

const { values } = parseArgs({
  options: { files: { type: 'string', default: '2000' }, help: { type: 'boolean', default: false } },
})
if (values.help) {
  process.stdout.write(
    'pnpm bench [--files N]\n\nPushes N stats files (2000) by the real agent over HTTP into an empty database, then inserts the same\nfinished rows with a bare client on the same PostgreSQL server, and prints both rates.\n',
  )
  process.exit(0)
}

const log = pino({ level: 'silent' })
const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'))
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log })
try {
  const pushed = await emptyDatabase('bench_pushed')
  const files = sampleHistory(Number(values.files))
  const result = await benchPush({ ...loadConfig({}), databaseUrl: pushed, port: 0 }, files, log)
  const bare = await benchBareClient(pushed, await emptyDatabase('bench_bare'))
  const line = (what: string, figure: string) => process.stdout.write(`${what.padEnd(44)} ${figure}\n`)
  line('files', String(files.length))
  line('pushed over HTTP, imported', `${result.filesPerSecond.toFixed(1)} files/s`)
  line('bare client, rows ready', `${bare.toFixed(1)} files/s`)
  line('ratio', (result.filesPerSecond / bare).toFixed(2))
  line('commits a file', result.commitsPerFile.toFixed(2))
  line('import, median / p99', `${result.medianMs} ms / ${result.p99Ms} ms`)
  line('memory after a tenth, and at the end', `${result.earlyMegabytes} MB, ${result.lateMegabytes} MB`)
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}

/** Durable, as in production: fsync on. */
async function emptyDatabase(name: string): Promise<string> {
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  const url = server.url.replace(/\/[^/?]*\?/, `/${name}?`)
  const { pool, close } = openDatabase({ url, log, max: 1 })
  await migrate({ pool, log })
  await close()
  return url
}
