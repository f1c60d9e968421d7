import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { type By, DecisionRefused, decide, knownOrThrow } from './decide.ts'
import { isForgotten } from './forgotten.ts'
import { mainGuid } from './main-guid.ts'

/** Null: the newest of his names again. */
export function namePlayer(
  db: Kysely<DB>,
  guid: string,
  name: string | null,
  { actor }: By = {},
): Promise<void> {
  return decide(db, async trx => {
    await knownOrThrow(trx, guid)
    const main = await mainGuid(trx, guid)
    if (await isForgotten(trx, [main])) throw new DecisionRefused(`${main} is forgotten and has no name.`)
    await trx.deleteFrom('player_names').where('player_guid', '=', main).execute()
    if (name !== null) {
      const wanted = nameOrThrow(name)
      await trx.insertInto('player_names').values({ player_guid: main, name: wanted }).execute()
    }
    await noteAdminAction(
      trx,
      name === null ? 'player name dropped' : 'player named',
      `player ${main}`,
      actor,
    )
  })
}

/** As long as names in the game are; letters that steer a terminal are none. */
const MOST_LETTERS = 36

function nameOrThrow(name: string): string {
  const wanted = name.trim()
  if (wanted === '' || [...wanted].length > MOST_LETTERS)
    throw new DecisionRefused(`A name has 1 to ${MOST_LETTERS} letters.`)
  if (/[\p{C}\p{Zl}\p{Zp}^]/u.test(wanted) || !/[\p{L}\p{N}]/u.test(wanted))
    throw new DecisionRefused('A name has letters or digits, and no control characters or colour codes (^).')
  return wanted
}
