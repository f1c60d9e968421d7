import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

export interface Migration {
  /** `0001-rounds.sql` */
  name: string
  sql: string
  sha256: string
}

/** The migrations that this version knows, in their order. */
export async function readMigrations(folder: URL = migrationsFolder): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(name => /^\d{4}-.+\.sql$/.test(name)).sort()
  return Promise.all(names.map(name => readMigration(folder, name)))
}

const migrationsFolder = new URL('../../../migrations/', import.meta.url)

async function readMigration(folder: URL, name: string): Promise<Migration> {
  // Git may check files out with CRLF: it is the same migration.
  const sql = (await readFile(new URL(name, folder), 'utf8')).replaceAll('\r\n', '\n')
  return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
}
