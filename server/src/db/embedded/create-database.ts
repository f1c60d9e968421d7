import pg from 'pg'
import type { Folder } from './open-folder.ts'

/** Makes sure that the database `debrief` exists in the server of this folder. */
export async function createDatabase({ url }: Folder): Promise<void> {
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const client = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const found = await client.query(`select from pg_database where datname = 'debrief'`)
    if (found.rowCount === 0) await client.query('create database debrief')
  } catch (error) {
    // Another process was faster: said in one of two ways, depending on how much.
    if (!(error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505')))
      throw error
  } finally {
    await client.end()
  }
}
