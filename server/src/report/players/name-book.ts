import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { loadDecidedNames, type ShownName } from './decided-names.ts'

/** Everybody's names, all that were ever used in a counted game. */
export interface NameBook {
  /** Of a main GUID. */
  nameOf: (guid: string) => ShownName
  /** Main GUIDs whose names, of whatever time, hold this text; nobody who is forgotten. */
  search: (text: string) => string[]
  isForgotten: (guid: string) => boolean
}

interface NameRow {
  guid: string
  clean: string
  raw: string
  last: Date
}

export async function loadNameBook(db: Kysely<DB>): Promise<NameBook> {
  const decided = await loadDecidedNames(db)
  // Newest first, so that the first of a player is the one that is shown.
  const { rows } = await sql<NameRow>`
    select player_guid as guid, clean_name as clean, player_name as raw, last_ended_at as last
    from player_name_sums order by 4 desc`.execute(db)
  const newest = new Map<string, ShownName>()
  const words = new Map<string, string[]>()
  for (const { guid, clean, raw } of rows) {
    const shown = newest.get(guid) ?? decided.shown(guid, { clean, raw })
    newest.set(guid, shown)
    if (decided.isForgotten(guid)) continue
    const known = words.get(guid) ?? [searchable(shown.name), guid.toLowerCase()]
    known.push(searchable(clean))
    words.set(guid, known)
  }
  return {
    nameOf: guid => newest.get(guid) ?? decided.shown(guid, { clean: guid, raw: guid }),
    isForgotten: decided.isForgotten,
    search(text) {
      const wanted = searchable(text)
      return [...words].flatMap(([guid, own]) => (own.some(word => word.includes(wanted)) ? [guid] : []))
    },
  }
}

/** Case, accents and width do not matter to who searches. */
function searchable(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()
}
