import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'

/** What admins decide about players. Each is kept with who did it; none changes a derived row. */

/** Why a decision cannot be taken, in a sentence for the person who asks. */
export class DecisionRefused extends Error {
  override name = 'DecisionRefused'
}

/** `actor`: who decides, for the list of acts; without: the account that runs this program. */
interface By {
  actor?: string | undefined
}

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

/** His names are shown nowhere and found by no search, from now on and for all that was; his figures stay. */
export function forgetPlayer(db: Kysely<DB>, guid: string, { actor }: By = {}): Promise<void> {
  return decide(db, async trx => {
    await knownOrThrow(trx, guid)
    const all = await guidsOf(trx, await mainGuid(trx, guid))
    await forgetAll(trx, all)
    await noteAdminAction(trx, 'player forgotten', `player ${all.join(', ')}`, actor)
  })
}

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
      .where('player_guid', '=', main)
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

/** The player of a GUID: itself, or whom it is joined to. */
export async function mainGuid(db: Kysely<DB>, guid: string): Promise<string> {
  const join = await db
    .selectFrom('player_joins')
    .select('main_guid')
    .where('player_guid', '=', guid)
    .executeTakeFirst()
  return join?.main_guid ?? guid
}

/** All GUIDs of a player, the main one first. */
export async function guidsOf(db: Kysely<DB>, main: string): Promise<string[]> {
  const joined = await db
    .selectFrom('player_joins')
    .select('player_guid')
    .where('main_guid', '=', main)
    .orderBy('player_guid')
    .execute()
  return [main, ...joined.map(row => row.player_guid)]
}

/** Of two decisions at one time the second sees the first. */
function decide<T>(db: Kysely<DB>, act: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async trx => {
    await sql`select pg_advisory_xact_lock(hashtext('debrief.player_decisions'))`.execute(trx)
    return act(trx)
  })
}

async function knownOrThrow(trx: Transaction<DB>, guid: string): Promise<void> {
  const row = await trx
    .selectFrom('player_comprehensive_stats')
    .select('player_guid')
    .where('player_guid', '=', guid)
    .limit(1)
    .executeTakeFirst()
  if (!row) throw new DecisionRefused(`No player of the GUID ${guid} has played here.`)
  if (guid.startsWith('OMNIBOT')) throw new DecisionRefused(`${guid} is a bot.`)
}

async function isForgotten(trx: Transaction<DB>, guids: readonly string[]): Promise<boolean> {
  const rows = await trx
    .selectFrom('forgotten_players')
    .select('player_guid')
    .where('player_guid', 'in', [...guids])
    .execute()
  return rows.length > 0
}

async function forgetAll(trx: Transaction<DB>, guids: readonly string[]): Promise<void> {
  await trx
    .insertInto('forgotten_players')
    .values(guids.map(player_guid => ({ player_guid })))
    .onConflict(conflict => conflict.doNothing())
    .execute()
  await trx
    .deleteFrom('player_names')
    .where('player_guid', 'in', [...guids])
    .execute()
  await trx
    .deleteFrom('discord_links')
    .where('player_guid', 'in', [...guids])
    .execute()
}

/** The sums and the ratings of the sessions that they played in are by player. */
async function sumAgain(trx: Transaction<DB>, guids: readonly string[]): Promise<void> {
  await sql`
    with played as (
      select distinct r.gaming_session_id from player_comprehensive_stats p join rounds r using (round_id)
      where p.player_guid = any(${[...guids]})
    ), rated as (
      insert into rating_marks (gaming_session_id) select gaming_session_id from played
    )
    insert into unsummed_sessions (gaming_session_id) select gaming_session_id from played`.execute(trx)
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
