import pg from 'pg'
import type { Folder } from './open-folder.ts'

/** Does a server answer in this folder, ready for work? Starting up and shutting down are no. */
export async function answers({ url }: Folder): Promise<boolean> {
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const client = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: 5_000 })
  // A server that goes down between two lines reports it here.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
