import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

export interface Migration {
  /** `0001-rounds.sql` */
  name: string
  sql: string
  sha256: string
  /**
   * Versions that do not know it work beside it: it only adds tables, indexes, views and nullable columns. True unless
   * its head says `-- breaks older versions: why`.
   */
  additive: boolean
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
  const additive = !/^-- breaks older versions: /m.test(sql)
  return { name, sql, additive, sha256: createHash('sha256').update(sql).digest('hex') }
}
