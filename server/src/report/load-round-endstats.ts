import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import { isWrittenAs } from '../derive/resolve-names.ts'
import { loadRoundDuels, namedDuels } from './duels.ts'
import { forgottenName, loadDecidedNames } from './players/decided-names.ts'
import { loadJoins } from './players/joins.ts'
import { loadRoundAwards } from './round-awards.ts'
import type { RoundReport, Sides } from './round-report.ts'

/** What the file of awards says of a round whose players are `sides`; null: none is here. */
export async function loadRoundEndstats(
  db: Kysely<DB>,
  roundId: number,
  sides: Sides,
): Promise<RoundReport['endstats']> {
  const file = await db
    .selectFrom('endstats_files')
    .select('open_lines')
    .where('round_id', '=', roundId)
    .executeTakeFirst()
  if (!file) return null
  const players = [...sides.axis.players, ...sides.allies.players, ...sides.spectators]
  const names = new Map(players.map(({ guid, name }) => [guid, name]))
  // Whom nobody shall name, here neither: the file has his name as it was.
  const decided = await loadDecidedNames(db)
  const forgotten = await loadForgotten(db, roundId)
  const mainOf = await loadJoins(db)
  const awards = await loadRoundAwards(db, roundId, mainOf, (guid, written) => {
    if (guid !== null) return names.get(guid) ?? (decided.isForgotten(guid) ? forgottenName(guid) : null)
    const meant = forgotten.find(({ clean_name }) => isWrittenAs(clean_name, written))
    return meant ? forgottenName(meant.player_guid) : null
  })
  // Of a round that waits the awards alone know names.
  for (const { player } of awards) {
    if (player.guid !== null && !names.has(player.guid)) names.set(player.guid, player.name)
  }
  const duels = namedDuels(await loadRoundDuels(db, roundId), guid => names.get(guid) ?? null)
  return { awards, duels, openLines: file.open_lines ?? 0 }
}

function loadForgotten(
  db: Kysely<DB>,
  roundId: number,
): Promise<{ player_guid: string; clean_name: string }[]> {
  return db
    .selectFrom('player_comprehensive_stats as p')
    .innerJoin('forgotten_players as f', 'f.player_guid', 'p.player_guid')
    .select(['p.player_guid', 'p.clean_name'])
    .where('p.round_id', '=', roundId)
    .execute()
}
