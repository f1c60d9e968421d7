import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { type By, decide, knownOrThrow } from './decide.ts'
import { forgetAll } from './forgotten.ts'
import { guidsOf, mainGuid } from './main-guid.ts'

/** His names are shown nowhere and found by no search, from now on and for all that was; his figures stay. */
export function forgetPlayer(db: Kysely<DB>, guid: string, { actor }: By = {}): Promise<void> {
  return decide(db, async trx => {
    await knownOrThrow(trx, guid)
    const all = await guidsOf(trx, await mainGuid(trx, guid))
    await forgetAll(trx, all)
    await noteAdminAction(trx, 'player forgotten', `player ${all.join(', ')}`, actor)
  })
}
