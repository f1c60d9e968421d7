import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import pg from 'pg'
import type { Logger } from 'pino'
import { migrate } from '../db/migrate.ts'
import { readMigrations } from '../db/migrations.ts'
import { type BackupLine, headSchema, lineSchema } from './backup-format.ts'
import { type CatalogTable, readCatalog } from './read-catalog.ts'

interface Context {
  pool: pg.Pool
  log: Logger
}

/**
 * Puts a backup into an empty database: the tables as they were when it was made, then brought up to this version. All
 * of it or nothing. What is derived is missing until `rebuild`. Returns the number of rows by table.
 */
export async function restoreBackup({ pool, log }: Context, path: string): Promise<Record<string, number>> {
  const lines = readLines(path)
  try {
    const head = await readHead(lines, path)
    const known = await readMigrations()
    const unknown = head.migrations.filter(name => !known.some(migration => migration.name === name))
    if (unknown.length > 0) {
      throw new Error(
        `${path} was made by version ${head.version}, which is newer than this one (it knows ${unknown.join(', ')}).`,
      )
    }
    await refuseUsed(pool, head.migrations)
    await migrate({ pool, log, migrations: known.filter(({ name }) => head.migrations.includes(name)) })
    const counts = await fill(pool, lines, path)
    await migrate({ pool, log })
    return counts
  } finally {
    await lines.return(undefined)
  }
}

async function* readLines(path: string): AsyncGenerator<BackupLine, void, undefined> {
  const file = createReadStream(path)
  const gunzip = createGunzip()
  file.on('error', error => gunzip.destroy(error))
  const lines = createInterface({ input: file.pipe(gunzip), crlfDelay: Number.POSITIVE_INFINITY })
  // readline ends in silence where its input fails; the end of the file is told by its last line alone.
  let fault: unknown
  gunzip.on('error', error => {
    fault = error
    lines.close()
  })
  try {
    for await (const line of lines) yield lineSchema.parse(JSON.parse(line))
  } catch (error) {
    fault ??= error
  } finally {
    file.destroy()
  }
  if (fault) throw unreadable(path, fault)
}

function unreadable(path: string, cause: unknown): Error {
  const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return new Error(`${path} cannot be read as a backup${why}: it is damaged, cut, or something else.`, {
    cause,
  })
}

async function readHead(lines: AsyncGenerator<BackupLine>, path: string) {
  const first = await lines.next()
  const head = headSchema.safeParse(first.value)
  if (!head.success) throw unreadable(path, undefined)
  return head.data
}

async function refuseUsed(pool: pg.Pool, migrations: readonly string[]): Promise<void> {
  const { rows } = await pool.query<{ there: boolean }>(
    `select to_regclass('game_servers') is not null as there`,
  )
  if (!rows[0]?.there) return
  const filled = await pool.query<{ filled: boolean }>(
    'select exists (select from game_servers) or exists (select from processed_files) as filled',
  )
  const { rows: applied } = await pool.query<{ name: string }>('select name from migrations')
  const isNewer = applied.some(({ name }) => !migrations.includes(name))
  if (!filled.rows[0]?.filled && !isNewer) return
  if (!filled.rows[0]?.filled) {
    // What later migrations do to rows would be left undone.
    throw new Error(
      'The tables are here already, and newer than the backup. Restore it into a new database, before any server ' +
        'starts on it: it is brought up to this version then.',
    )
  }
  throw new Error(
    'This database is in use: it holds game servers or files. A backup is restored into an empty one. Stop the server, ' +
      'and name another DATA_DIR, or another database in DATABASE_URL.',
  )
}

async function fill(
  pool: pg.Pool,
  lines: AsyncGenerator<BackupLine>,
  path: string,
): Promise<Record<string, number>> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const catalog = new Map((await readCatalog(client)).map(table => [table.table, table]))
    // A migration put its first rows here.
    await client.query('delete from counters')
    const counts: Record<string, number> = {}
    let into: CatalogTable | null = null
    for await (const line of lines) {
      switch (line.kind) {
        case 'head':
          throw unreadable(path, undefined)
        case 'table':
          into = tableOrThrow(catalog, line)
          break
        case 'rows':
          if (into === null) throw unreadable(path, undefined)
          await insert(client, into, line.rows).catch(error => {
            throw isBadData(error) ? unreadable(path, error) : error
          })
          counts[into.table] = (counts[into.table] ?? 0) + line.rows.length
          break
        case 'sequence':
          await client.query('select setval(pg_get_serial_sequence($1, $2), $3)', [
            pg.escapeIdentifier(line.table),
            line.column,
            line.value,
          ])
          break
        case 'end':
          if (JSON.stringify(line.rows) !== JSON.stringify(counts)) throw unreadable(path, undefined)
          await client.query('commit')
          return counts
      }
    }
    throw unreadable(path, undefined)
  } finally {
    client.release(true)
  }
}

/** The rows contradict the tables (SQLSTATE classes 22 and 23): they are not what was dumped. */
function isBadData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code))
}

function tableOrThrow(
  catalog: ReadonlyMap<string, CatalogTable>,
  { table, columns }: { table: string; columns: readonly string[] },
): CatalogTable {
  const known = catalog.get(table)
  const foreign = columns.find(column => !known?.columns.includes(column))
  if (known && foreign === undefined) return { ...known, columns: [...columns] }
  throw new Error(
    `The backup holds ${foreign ? `the column ${table}.${foreign}` : `the table ${table}`}, which this version does not know.`,
  )
}

async function insert(
  client: pg.PoolClient,
  { table, columns }: CatalogTable,
  rows: readonly string[],
): Promise<void> {
  const name = pg.escapeIdentifier(table)
  const list = columns.map(column => pg.escapeIdentifier(column)).join(', ')
  await client.query(
    `insert into ${name} (${list}) overriding system value
      select ${list} from json_populate_recordset(null::${name}, $1::json)`,
    [`[${rows.join(',')}]`],
  )
}
