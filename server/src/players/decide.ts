import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'

/** What admins decide about players. Each is kept with who did it; none changes a derived row. */

/** Why a decision cannot be taken, in a sentence for the person who asks. */
export class DecisionRefused extends Error {
  override name = 'DecisionRefused'
}

/** `actor`: who decides, for the list of acts; without: the account that runs this program. */
export interface By {
  actor?: string | undefined
}

/** Of two decisions at one time the second sees the first. */
export function decide<T>(db: Kysely<DB>, act: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async trx => {
    await sql`select pg_advisory_xact_lock(hashtext('debrief.player_decisions'))`.execute(trx)
    return act(trx)
  })
}

/** Bots are no players: nothing is decided about them. */
export async function knownOrThrow(trx: Transaction<DB>, guid: string): Promise<void> {
  const row = await trx
    .selectFrom('player_comprehensive_stats')
    .select('player_guid')
    .where('player_guid', '=', guid)
    .limit(1)
    .executeTakeFirst()
  if (!row) throw new DecisionRefused(`No player of the GUID ${guid} has played here.`)
  if (guid.startsWith('OMNIBOT')) throw new DecisionRefused(`${guid} is a bot.`)
}
