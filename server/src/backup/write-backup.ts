import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { finished, pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { VERSION } from '../version.ts'
import type { BackupLine } from './backup-format.ts'
import { readCatalog } from './read-catalog.ts'

/** Rows at a time: of the largest files that are taken by default, a hundred megabytes; of real ones, 200 KB. */
const PORTION = 50

/**
 * Writes all that cannot be made again to `path`: what was delivered, who may deliver, what stands in Discord, and the
 * numbers of rounds and sessions, which links and posts hold. One snapshot, also while the server imports. The file
 * appears under its name when it is whole and on the disk. Returns the number of rows by table.
 */
export async function writeBackup(
  { pool }: { pool: pg.Pool },
  path: string,
): Promise<Record<string, number>> {
  const part = `${path}.part`
  const gzip = createGzip()
  const written = pipeline(gzip, createWriteStream(part, { mode: 0o600 }))
  // It is awaited below; until then a full disk must not be an unhandled rejection.
  written.catch(() => undefined)
  const client = await pool.connect()
  try {
    const put = async (line: BackupLine) => {
      if (!gzip.write(`${JSON.stringify(line)}\n`)) await Promise.race([once(gzip, 'drain'), written])
    }
    await client.query('begin isolation level repeatable read read only')
    const counts = await dump(client, put)
    gzip.end()
    await Promise.all([finished(gzip), written])
    await onDisk(part)
    await rename(part, path)
    return counts
  } catch (error) {
    gzip.destroy()
    await written.catch(() => undefined)
    await rm(part, { force: true })
    throw error
  } finally {
    // The transaction ends with its connection, whatever happened.
    client.release(true)
  }
}

async function dump(
  client: pg.PoolClient,
  put: (line: BackupLine) => Promise<void>,
): Promise<Record<string, number>> {
  const migrations = await client.query<{ name: string }>('select name from migrations order by name')
  await put({
    kind: 'head',
    format: 1,
    version: VERSION,
    madeAt: new Date().toISOString(),
    migrations: migrations.rows.map(({ name }) => name),
  })
  const catalog = await readCatalog(client)
  const counts: Record<string, number> = {}
  for (const { table, columns } of catalog) {
    await put({ kind: 'table', table, columns })
    const name = pg.escapeIdentifier(table)
    await client.query(`declare dumped no scroll cursor for select to_json(t)::text as row from ${name} t`)
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`fetch ${PORTION} from dumped`)
      if (rows.length === 0) break
      counts[table] = (counts[table] ?? 0) + rows.length
      await put({ kind: 'rows', rows: rows.map(({ row }) => row) })
    }
    await client.query('close dumped')
  }
  for (const { table, identity } of catalog) {
    if (identity === null) continue
    // Not the highest number that is there: one that was given out and went away may still stand in a link or a post.
    const { rows } = await client.query<{ value: number | null }>(
      'select pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass) as value',
      [pg.escapeIdentifier(table), identity],
    )
    const value = rows[0]?.value
    if (value) await put({ kind: 'sequence', table, column: identity, value })
  }
  await put({ kind: 'end', rows: counts })
  return counts
}

async function onDisk(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
