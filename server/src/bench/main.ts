import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentProgram } from '@debrief/agent/program'
import pg from 'pg'
import { pino } from 'pino'
import { loadConfig } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts'
import { migrate } from '../db/migrate.ts'
import { benchBareNode, benchIdleAgent, type IdleCost } from './agent-idle.ts'
import { benchBareClient } from './bare-client.ts'
import { benchPush } from './push-history.ts'
import { sampleHistory } from './sample-history.ts'

/** Long enough for a scan to fall into it. */
const IDLE_MS = 65_000

const { values } = parseArgs({
  options: {
    files: { type: 'string' },
    short: { type: 'boolean', default: false },
    idle: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(
    'pnpm bench [--files N] [--short] [--idle]\n\nPushes N stats files (2000) by the real agent over HTTP into an empty database, then inserts the same\nfinished rows with a bare client on the same PostgreSQL server, and prints both rates.\n--short: 200 files, to see that all of it works; too few for a rate that means something.\n--idle: what the idle agent costs instead, beside a Node that does nothing (three minutes).\n',
  )
  process.exit(0)
}

if (values.idle) {
  await printIdle()
  process.exit(0)
}

const log = pino({ level: 'silent' })
const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'))
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log })
try {
  const pushed = await emptyDatabase('bench_pushed')
  const files = sampleHistory(Number(values.files ?? (values.short ? 200 : 2000)))
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

async function printIdle(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'))
  const print = (what: string, cost: IdleCost, bare: number) =>
    process.stdout.write(
      `${what.padEnd(30)} ${cost.megabytes.toFixed(0)} MB (+ ${(cost.megabytes - bare).toFixed(0)}), ` +
        `${cost.cpuPercent.toFixed(2)} % of a core, ${cost.inotifyWatches} watches\n`,
    )
  try {
    const program = join(folder, 'debrief-agent.cjs')
    await writeFile(program, (await agentProgram()).content)
    const bare = await benchBareNode(IDLE_MS)
    print('Node alone', bare, bare.megabytes)
    for (const files of [5_000, 20_000]) {
      print(`agent, ${files} delivered files`, await benchIdleAgent(program, files, IDLE_MS), bare.megabytes)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
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
