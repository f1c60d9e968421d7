import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'

/** Runs reads that belong together in one snapshot: an import that commits between them is not seen by half. */
export function readSnapshot<T>(db: Kysely<DB>, read: (db: Kysely<DB>) => Promise<T>): Promise<T> {
  if (db.isTransaction) return read(db)
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read)
}
