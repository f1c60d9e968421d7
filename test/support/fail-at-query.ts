import type { Kysely, KyselyPlugin, RootOperationNode } from 'kysely'
import type { DB } from '../../server/src/db/tables.ts'

/** The same database, whose `number`-th query from now on fails before it is sent. */
export function failAtQuery(db: Kysely<DB>, number: number): Kysely<DB> {
  let seen = 0
  const plugin: KyselyPlugin = {
    transformQuery({ node }): RootOperationNode {
      seen += 1
      if (seen === number) throw new Error('the connection broke')
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return db.withPlugin(plugin)
}
