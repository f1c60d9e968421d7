import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'

/** The main GUID of a joined one; of any other, itself. */
export async function loadJoins(db: Kysely<DB>): Promise<(guid: string) => string> {
  const rows = await db.selectFrom('player_joins').selectAll().execute()
  const mains = new Map(rows.map(row => [row.player_guid, row.main_guid]))
  return guid => mains.get(guid) ?? guid
}
