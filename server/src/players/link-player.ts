import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { type By, DecisionRefused, decide, knownOrThrow } from './decide.ts'
import { isForgotten } from './forgotten.ts'
import { guidsOf, mainGuid } from './main-guid.ts'

/** Says who a Discord user is: one user, one player. Returns whom he was before, or null. */
export function linkPlayer(
  db: Kysely<DB>,
  discordUserId: string,
  guid: string,
  { actor }: By = {},
): Promise<string | null> {
  return decide(db, async trx => {
    await knownOrThrow(trx, guid)
    const main = await mainGuid(trx, guid)
    if (await isForgotten(trx, [main]))
      throw new DecisionRefused(`${main} is forgotten; he is nobody's link.`)
    const taken = await trx
      .selectFrom('discord_links')
      .select('discord_user_id')
      // Who was linked before a join is still he.
      .where('player_guid', 'in', await guidsOf(trx, main))
      .where('discord_user_id', '<>', discordUserId)
      .executeTakeFirst()
    if (taken) {
      throw new DecisionRefused(
        `${main} is linked to another Discord user (${taken.discord_user_id}). \`debrief player unlink\` ends that.`,
      )
    }
    const before = await trx
      .deleteFrom('discord_links')
      .where('discord_user_id', '=', discordUserId)
      .returning('player_guid')
      .executeTakeFirst()
    await trx
      .insertInto('discord_links')
      .values({ discord_user_id: discordUserId, player_guid: main })
      .execute()
    await noteAdminAction(trx, 'player linked', `player ${main} to Discord user ${discordUserId}`, actor)
    return before?.player_guid ?? null
  })
}

/** Returns whom he was. */
export function unlinkPlayer(db: Kysely<DB>, discordUserId: string, { actor }: By = {}): Promise<string> {
  return decide(db, async trx => {
    const gone = await trx
      .deleteFrom('discord_links')
      .where('discord_user_id', '=', discordUserId)
      .returning('player_guid')
      .executeTakeFirst()
    if (!gone) throw new DecisionRefused(`The Discord user ${discordUserId} is linked to nobody.`)
    const subject = `player ${gone.player_guid} from Discord user ${discordUserId}`
    await noteAdminAction(trx, 'player unlinked', subject, actor)
    return gone.player_guid
  })
}
