import type { Kysely } from 'kysely'
import type { DB } from '../../../server/src/db/tables.ts'
import type { StoredMessage } from './state.ts'

/** What readers of a channel see, oldest first, with the file of a round in the place of its number. */
export async function shownPosts(db: Kysely<DB>, messages: readonly StoredMessage[]): Promise<string[]> {
  const rounds = await db
    .selectFrom('rounds')
    .innerJoin('processed_files', 'processed_files.file_id', 'rounds.file_id')
    .select(['rounds.round_id', 'processed_files.filename'])
    .execute()
  const files = new Map(rounds.map(({ round_id, filename }) => [String(round_id), filename]))
  return messages.map(({ content, embeds, components }) =>
    JSON.stringify({ content, embeds, components: components ?? [] }).replaceAll(
      /\/rounds\/(\d+)/g,
      (link, id: string) => `/rounds/of ${files.get(id) ?? `nobody: ${link}`}`,
    ),
  )
}
