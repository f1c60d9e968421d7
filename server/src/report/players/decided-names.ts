import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { shownName, shownText } from '../shown-name.ts'

/** A name as it is shown, without colours and with them. */
export interface ShownName {
  name: string
  colouredName: string
}

/**
 * What is decided about names, for those who have them from elsewhere than the views (`shown_player_stats` says the
 * same). Takes a GUID and what stands in the files; a joined GUID is of its main one.
 */
type NameRule = (guid: string, names: { clean: string; raw: string }) => ShownName

export interface DecidedNames {
  shown: NameRule
  isForgotten: (guid: string) => boolean
}

export async function loadDecidedNames(db: Kysely<DB>): Promise<DecidedNames> {
  const joins = await db.selectFrom('player_joins').selectAll().execute()
  const named = await db.selectFrom('player_names').selectAll().execute()
  const gone = await db.selectFrom('forgotten_players').selectAll().execute()
  const mains = new Map(joins.map(row => [row.player_guid, row.main_guid]))
  const names = new Map(named.map(row => [row.player_guid, row.name]))
  const forgotten = new Set(gone.map(row => row.player_guid))
  return {
    isForgotten: guid => forgotten.has(guid),
    shown(guid, { clean, raw }) {
      const main = mains.get(guid) ?? guid
      const set = forgotten.has(guid) ? forgottenName(guid) : names.get(main)
      const name = shownName(set ?? clean, main)
      return { name, colouredName: set === undefined ? shownText(raw) : name }
    },
  }
}

/** `player 1a2b`. */
export function forgottenName(guid: string): string {
  return `player ${guid.slice(0, 4).toLowerCase()}`
}
