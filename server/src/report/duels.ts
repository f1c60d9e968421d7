import { type Kysely, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { groupBy } from './group-by.ts'

/** What one player did to another, and had from him; the other's own row says it the other way round. */
export interface Duel {
  player: Named
  opponent: Named
  kills: number
  deaths: number
}

/** Whom a player could not stop, and who could not stop him. */
export interface Rivals {
  player: Named
  /** Who killed him most. */
  nemesis: Rival | null
  /** Whom he killed most. */
  victim: Rival | null
}

interface Rival extends Named {
  kills: number
  deaths: number
}

export interface Named {
  guid: string
  name: string
}

export interface DuelRow {
  player_guid: string
  opponent_guid: string
  kills: number
  deaths: number
}

export async function loadRoundDuels(db: Kysely<DB>, roundId: number): Promise<DuelRow[]> {
  const { rows } = await sql<DuelRow>`
    select coalesce(j.main_guid, d.player_guid) as player_guid, coalesce(o.main_guid, d.opponent_guid) as opponent_guid,
      sum(d.kills)::integer as kills, sum(d.deaths)::integer as deaths
    from round_duels d
    left join player_joins j on j.player_guid = d.player_guid
    left join player_joins o on o.player_guid = d.opponent_guid
    where d.round_id = ${roundId} and coalesce(j.main_guid, d.player_guid) <> coalesce(o.main_guid, d.opponent_guid)
    group by 1, 2 order by 1, 2`.execute(db)
  return rows
}

/** Thirty people fight 870. Each is told from both sides. */
const MOST_DUELS = 10_000

/** Sums over a session's counted rounds, of people by their main GUIDs; nobody fights himself. Those fought most. */
export async function loadSessionDuels(db: Kysely<DB>, session: number): Promise<DuelRow[]> {
  const { rows } = await sql<DuelRow>`
    select * from (
    select coalesce(j.main_guid, d.player_guid) as player_guid, coalesce(o.main_guid, d.opponent_guid) as opponent_guid,
      sum(d.kills)::integer as kills, sum(d.deaths)::integer as deaths
    from round_duels d join counted_rounds r using (round_id)
    left join player_joins j on j.player_guid = d.player_guid
    left join player_joins o on o.player_guid = d.opponent_guid
    where r.gaming_session_id = ${session}
      and coalesce(j.main_guid, d.player_guid) <> coalesce(o.main_guid, d.opponent_guid)
      and d.player_guid not like 'OMNIBOT%' and d.opponent_guid not like 'OMNIBOT%'
    group by 1, 2 order by sum(d.kills) + sum(d.deaths) desc, 1, 2 limit ${MOST_DUELS}) most
    order by 1, 2`.execute(db)
  return rows
}

/** `nameOf`: null where nothing tells it; then the GUID stands for it. */
export function namedDuels(rows: readonly DuelRow[], nameOf: (guid: string) => string | null): Duel[] {
  const named = (guid: string) => ({ guid, name: nameOf(guid) ?? guid })
  return rows.map(({ player_guid, opponent_guid, kills, deaths }) => ({
    player: named(player_guid),
    opponent: named(opponent_guid),
    kills,
    deaths,
  }))
}

/** Of each player, who killed him most and whom he killed most; of equals, where the other side is weaker. */
export function rivalsOf(duels: readonly Duel[]): Rivals[] {
  return [...groupBy(duels, ({ player }) => player.guid).values()].flatMap(own => {
    const player = own[0]?.player
    if (!player) return []
    const most = (one: 'kills' | 'deaths', other: 'kills' | 'deaths'): Rival | null => {
      const [first] = [...own].sort((a, b) => b[one] - a[one] || a[other] - b[other] || byGuid(a, b))
      return first && first[one] > 0 ? { ...first.opponent, kills: first.kills, deaths: first.deaths } : null
    }
    return [{ player, nemesis: most('deaths', 'kills'), victim: most('kills', 'deaths') }]
  })
}

function byGuid(a: Duel, b: Duel): number {
  return a.opponent.guid < b.opponent.guid ? -1 : 1
}
