import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { type By, DecisionRefused, decide, knownOrThrow } from './decide.ts'
import { forgetAll, isForgotten } from './forgotten.ts'
import { guidsOf, mainGuid } from './main-guid.ts'
import { sumAgain } from './sum-again.ts'

/** From now on both are one player, everywhere; `main` names him. What was joined to `guid` goes with it. */
export function joinPlayer(db: Kysely<DB>, guid: string, main: string, { actor }: By = {}): Promise<void> {
  return decide(db, async trx => {
    await knownOrThrow(trx, guid)
    await knownOrThrow(trx, main)
    const root = await mainGuid(trx, main)
    if (root === guid) throw new DecisionRefused(`${main} is joined to ${guid} already; separate it first.`)
    await trx
      .updateTable('player_joins')
      .set({ main_guid: root })
      .where('main_guid', '=', guid)
      .where('player_guid', '<>', root)
      .execute()
    await trx
      .insertInto('player_joins')
      .values({ player_guid: guid, main_guid: root })
      .onConflict(conflict => conflict.column('player_guid').doUpdateSet({ main_guid: root }))
      .execute()
    // One person has one forgetting, one name and one link: those of the main GUID.
    if (await isForgotten(trx, [guid, root])) await forgetAll(trx, await guidsOf(trx, root))
    await sumAgain(trx, await guidsOf(trx, root))
    await noteAdminAction(trx, 'player joined', `player ${guid} to ${root}`, actor)
  })
}

/** `guid` is a player of his own again. */
export function separatePlayer(db: Kysely<DB>, guid: string, { actor }: By = {}): Promise<void> {
  return decide(db, async trx => {
    const gone = await trx
      .deleteFrom('player_joins')
      .where('player_guid', '=', guid)
      .returning('main_guid')
      .executeTakeFirst()
    if (!gone) throw new DecisionRefused(`${guid} is joined to nobody.`)
    await sumAgain(trx, [guid, gone.main_guid])
    await noteAdminAction(trx, 'player separated', `player ${guid} from ${gone.main_guid}`, actor)
  })
}
