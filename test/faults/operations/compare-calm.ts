import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { openDatabase } from '../../../server/src/db/database.ts'
import { migrate } from '../../../server/src/db/migrate.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import { deliverAll, derivedRows, gameServer, type Sent } from '../../support/import-files.ts'
import { inDatabase, withClient } from '../../support/test-database/database-url.ts'

/** Throws where the tables are not those that the same files make of an empty database beside it when nothing happens. */
export async function compareCalm(
  db: Kysely<DB>,
  url: string,
  { zone, ...sent }: { zone: string; files: Record<string, readonly Sent[]> },
): Promise<void> {
  await withClient(inDatabase(url, 'postgres'), client => client.query('create database calm'))
  const log = pino({ level: 'silent' })
  const calm = openDatabase({ url: inDatabase(url, 'calm'), log })
  try {
    await migrate({ pool: calm.pool, log })
    for (const [name, files] of Object.entries(sent.files))
      await deliverAll(calm.db, await gameServer(calm.db, name, zone), files)
    const is = (await derivedRows(db)).map(row => JSON.stringify(row))
    const should = (await derivedRows(calm.db)).map(row => JSON.stringify(row))
    const differ = should.findIndex((row, index) => row !== is[index])
    if (differ >= 0 || is.length !== should.length)
      throw new Error(`The tables differ:\n${is[differ]}\n${should[differ]}`)
  } finally {
    await calm.close()
  }
}
