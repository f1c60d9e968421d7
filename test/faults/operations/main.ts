import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { z } from 'zod'
import { loadConfig } from '../../../server/src/config.ts'
import { startServer } from '../../../server/src/start-server.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { fileForm } from '../../support/test-app.ts'
import { until } from '../../support/until.ts'
import { type Cluster, newCluster, pgBouncer } from './cluster.ts'

/**
 * What docs/operations.md promises, tried on this machine: PgBouncer in both modes, a streaming standby that is read,
 * and a failover. Needs Debian's postgresql-15 and pgbouncer. Prints what it measures; fails where a promise does not
 * hold.
 */
const TOKEN = 'a-token-that-is-long-enough'
const lines: { msg: string }[] = []
const log = pino({ level: 'info' }, { write: line => void lines.push(JSON.parse(line)) })
const files = corpusFiles('evenings').slice(0, 12)

const root = mkdtempSync(join(tmpdir(), 'debrief-operations-'))
chmodSync(root, 0o777)
const primary = await newCluster(root, 55_432)
try {
  await primary.start()
  await sessionMode(primary)
  await transactionMode(primary)
  await standbyAndFailover(primary)
} finally {
  await primary.stop('immediate').catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
}

async function sessionMode(cluster: Cluster): Promise<void> {
  const pooler = await pgBouncer(root, { port: 56_432, mode: 'session', to: cluster })
  const server = await serve(pooler.url)
  await until('it is ready behind PgBouncer in session mode', () => isReady(server.url))
  const started = performance.now()
  for (const { name, content } of files)
    must((await upload(server.url, name, content)).ok, `${name} is taken`)
  say(`PgBouncer, session mode, its defaults: ${files.length} files in ${since(started)}`)
  await server.close()
  await pooler.stop()
}

async function transactionMode(cluster: Cluster): Promise<void> {
  const pooler = await pgBouncer(root, { port: 57_432, mode: 'transaction', to: cluster })
  const server = await serve(pooler.url)
  await until('it refuses transaction mode', async () =>
    /session mode/.test((await readiness(server.url)).reason ?? ''),
  )
  say(`PgBouncer, transaction mode: refused: ${(await readiness(server.url)).reason}`)
  must(!(await isReady(server.url)), 'it is not ready')
  await server.close()
  await pooler.stop()
}

async function standbyAndFailover(cluster: Cluster): Promise<void> {
  const standby = await cluster.standby(58_432)
  const writing = await serve(cluster.url)
  await until('the primary’s server is ready', () => isReady(writing.url))
  const before = await database(writing.url)
  const reading = await serve(standby.url)
  await until('the standby’s server reads', async () => (await fetch(`${reading.url}/readyz?for=reading`)).ok)
  must((await readiness(reading.url)).database === 'read-only', 'it says that it is read-only')
  await until('the pages are there', async () => (await fetch(`${reading.url}/sessions/latest`)).ok)
  const refused = await upload(reading.url, files[0]?.name ?? '', Buffer.from('x'))
  must(
    refused.status === 503 && refused.headers.has('retry-after'),
    'an upload to it is 503 with Retry-After',
  )
  say('Standby: pages served, uploads 503')

  const killed = performance.now()
  await cluster.stop('immediate')
  await standby.promote()
  await until('the standby’s server takes uploads', () => isReady(reading.url))
  say(`Failover, the standby promoted at once: ready to store after ${since(killed)}`)
  must((await database(reading.url)) !== before, 'receipts name another database')
  await reading.close()
  await writing.close()
  await standby.stop('immediate')
}

async function serve(url: string) {
  const env = {
    DATABASE_URL: url,
    PORT: '0',
    INGEST_TOKEN: TOKEN,
    INGEST_SERVER_TIMEZONE: 'Europe/Ljubljana',
  }
  return startServer({ config: loadConfig(env), log })
}

/** Which database a receipt names: of a file that makes no round. */
async function database(url: string): Promise<string> {
  const receipt: unknown = await (await upload(url, 'notes.txt', Buffer.from('x'))).json()
  return String(receipt !== null && typeof receipt === 'object' ? Reflect.get(receipt, 'database') : receipt)
}

function upload(url: string, name: string, content: Uint8Array): Promise<Response> {
  return fetch(`${url}/api/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: fileForm(name, Uint8Array.from(content)),
  })
}

async function readiness(url: string): Promise<{ database: string; reason: string | null }> {
  const found = z.object({ database: z.string(), reason: z.string().nullable() })
  return found.parse(await (await fetch(`${url}/readyz`)).json())
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).ok
}

function must(isSo: boolean, what: string): void {
  if (!isSo)
    throw new Error(`It does not hold that ${what}. The log: ${lines.map(({ msg }) => msg).join('\n')}`)
}

function since(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
