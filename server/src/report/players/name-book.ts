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
  /** Those who played last, and are not forgotten. */
  newest: (count: number) => string[]
}

/** Of one player the newest first, so that the first is the one that is shown. */
type Used = { clean: string; raw: string }[]

/**
 * Read after every change, and of two thousand players a page shows a hundred: what is made of a name is made when
 * somebody asks for it.
 */
export async function loadNameBook(db: Kysely<DB>): Promise<NameBook> {
  const decided = await loadDecidedNames(db)
  const { rows } = await sql<{ used: [guid: string, clean: string, raw: string][] }>`
    select coalesce(json_agg(json_build_array(player_guid, clean_name, player_name)
      order by last_ended_at desc, player_guid, player_name), '[]') as used from player_name_sums`.execute(db)
  const names = new Map<string, Used>()
  for (const [guid, clean, raw] of rows[0]?.used ?? []) {
    const known = names.get(guid)
    if (known) known.push({ clean, raw })
    else names.set(guid, [{ clean, raw }])
  }
  const shown = new Map<string, ShownName>()
  function nameOf(guid: string): ShownName {
    const known = shown.get(guid)
    if (known) return known
    const name = decided.shown(guid, names.get(guid)?.[0] ?? { clean: guid, raw: guid })
    shown.set(guid, name)
    return name
  }
  let words: [guid: string, words: string[]][] | null = null
  return {
    nameOf,
    isForgotten: decided.isForgotten,
    newest(count) {
      const guids: string[] = []
      for (const guid of names.keys()) {
        if (guids.length === count) break
        if (!decided.isForgotten(guid)) guids.push(guid)
      }
      return guids
    },
    search(text) {
      const wanted = searchable(text)
      words ??= [...names]
        .filter(([guid]) => !decided.isForgotten(guid))
        .map(([guid, used]) => [
          guid,
          [searchable(nameOf(guid).name), guid.toLowerCase(), ...used.map(({ clean }) => searchable(clean))],
        ])
      return words.flatMap(([guid, own]) => (own.some(word => word.includes(wanted)) ? [guid] : []))
    },
  }
}

/** Case, accents and width do not matter to who searches. */
function searchable(text: string): string {
  // Most names are plain, and taken as they are.
  const plain = PLAIN.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '')
  return plain.toLowerCase().replace(/\s+/g, ' ').trim()
}

const PLAIN = /^[ -~]*$/
