import type { Kysely, Transaction } from 'kysely'
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
    const all = await guidsOf(trx, root)
    if (await isForgotten(trx, [guid, root])) await forgetAll(trx, all)
    await keepOneLink(trx, all, actor)
    await sumAgain(trx, all)
    await noteAdminAction(trx, 'player joined', `player ${guid} to ${root}`, actor)
  })
}

/** Of several Discord users who were linked to these GUIDs the first one's stays. */
async function keepOneLink(
  trx: Transaction<DB>,
  guids: readonly string[],
  actor: string | undefined,
): Promise<void> {
  const links = await trx
    .selectFrom('discord_links')
    .selectAll()
    .where('player_guid', 'in', [...guids])
    .execute()
  const inOrder = links.sort((a, b) => guids.indexOf(a.player_guid) - guids.indexOf(b.player_guid))
  for (const { discord_user_id: user, player_guid: guid } of inOrder.slice(1)) {
    await trx.deleteFrom('discord_links').where('discord_user_id', '=', user).execute()
    await noteAdminAction(trx, 'player unlinked', `player ${guid} from Discord user ${user}`, actor)
  }
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
