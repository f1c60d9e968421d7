import type pg from 'pg'
import { DERIVED_TABLES } from './backup-format.ts'

export interface CatalogTable {
  table: string
  /** All that can be written: not those that the database computes. */
  columns: string[]
  identity: string | null
}

/**
 * The tables of a backup, each after those that it refers to. Asked of the database, so that a table which a later
 * migration adds is in it too.
 */
export async function readCatalog(client: pg.ClientBase): Promise<CatalogTable[]> {
  const { rows } = await client.query<CatalogTable & { refers: string[] }>(
    `select c.relname as table,
      (select array_agg(attname::text order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      (select attname::text from pg_attribute where attrelid = c.oid and attidentity <> '') as identity,
      array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as refers
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and c.relname <> all ($1)
    order by c.relname`,
    [['migrations', ...DERIVED_TABLES]],
  )
  return inOrder(rows).map(({ refers: _refers, ...table }) => table)
}

function inOrder<T extends { table: string; refers: string[] }>(tables: readonly T[]): T[] {
  const ordered: T[] = []
  const placed = new Set<string>()
  while (ordered.length < tables.length) {
    const next = tables.find(
      ({ table, refers }) => !placed.has(table) && refers.every(other => placed.has(other)),
    )
    if (!next) throw new Error('The tables refer to each other in a circle.')
    placed.add(next.table)
    ordered.push(next)
  }
  return ordered
}
