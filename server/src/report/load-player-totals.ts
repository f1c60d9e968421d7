import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../db/tables.ts'
import { AGGREGATES, type Aggregated } from './aggregate.ts'
import { groupBy } from './group-by.ts'
import { byKills, type PlayerTotals, totalsOf } from './player-totals.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { WeaponRow } from './session-rows.ts'

/** Over which rounds figures are summed; a round is shown whatever its status, all others are counted rounds only. */
export type Scope =
  | { kind: 'round'; roundId: number }
  | { kind: 'session'; session: number }
  /** One player's whole history, by his main GUID. */
  | { kind: 'player'; guid: string }
  /** Everybody's; `from` and `to` by the end of the round, `to` is not in it. */
  | { kind: 'all'; serverId?: number; from?: Date; to?: Date }

/**
 * The totals of all players in a scope, most kills first: summed by the database, so that a history of years is as many
 * rows as it has players; joined GUIDs are one player. Teams are a matter of one session's line-ups, and null here. Shares are of what all in the
 * scope have; null for a single player's history.
 */
export function playerTotals(db: Kysely<DB>, scope: Scope): Promise<PlayerTotals[]> {
  return readSnapshot(db, async db => {
    const weapons = groupBy(await loadWeapons(db, scope), row => row.player_guid)
    const players = await loadPlayers(db, scope)
    const ofAll = scope.kind === 'player' ? null : together(players.map(({ own }) => own))
    return players
      .map(({ own, ...player }) => totalsOf(player, own, weapons.get(player.guid) ?? [], ofAll, null))
      .sort(byKills)
  })
}

async function loadPlayers(db: Kysely<DB>, scope: Scope) {
  const figures = AGGREGATES.map(({ column, how, where }, index) => {
    const known = where === undefined ? sql`` : sql` filter (where ${sql.ref(`p.${where}`)} is not null)`
    // As double precision: a sum of integers is a numeric in PostgreSQL, which would come as text.
    return sql`${how === 'sum' ? sql`sum` : sql`max`}(${sql.ref(`p.${column}`)})${known}::float8 as ${sql.ref(`a${index}`)}`
  })
  const { rows } = await sql<PlayerAggregates>`
    select coalesce(j.main_guid, p.player_guid) as guid, count(distinct p.round_id)::int as rounds,
      (array_agg(p.clean_name order by p.ended_at desc))[1] as clean_name,
      (array_agg(p.player_name order by p.ended_at desc))[1] as player_name,
      ${sql.join(figures)}
    from ${playersIn(scope)} p left join player_joins j on j.player_guid = p.player_guid where ${within(scope)}
    group by 1`.execute(db)
  return rows.map(({ guid, rounds, clean_name, player_name, ...numbers }) => ({
    guid,
    rounds,
    clean_name,
    player_name,
    own: new Map(AGGREGATES.map(({ name }, index) => [name, numbers[`a${index}`] ?? null])),
  }))
}

interface PlayerAggregates {
  guid: string
  rounds: number
  clean_name: string
  player_name: string
  [aggregate: `a${number}`]: number | null
}

async function loadWeapons(db: Kysely<DB>, scope: Scope): Promise<WeaponRow[]> {
  const { rows } = await sql<WeaponRow>`
    select coalesce(j.main_guid, w.player_guid) as player_guid, w.weapon_name, sum(w.kills) as kills, sum(w.deaths) as deaths, sum(w.shots) as shots,
      sum(w.hits) as hits, sum(w.headshots) as headshots
    from weapon_comprehensive_stats w join ${playersIn(scope)} p using (round_id, player_guid)
    left join player_joins j on j.player_guid = w.player_guid
    where ${within(scope)}
    group by 1, 2 order by 1, 2`.execute(db)
  return rows
}

function playersIn({ kind }: Scope): RawBuilder<unknown> {
  if (kind !== 'round') return sql`counted_player_stats`
  return sql`(select f.*, r.ended_at from shown_player_stats f join rounds r using (round_id))`
}

function within(scope: Scope): RawBuilder<unknown> {
  switch (scope.kind) {
    case 'round':
      return sql`p.round_id = ${scope.roundId}`
    case 'session':
      return sql`p.gaming_session_id = ${scope.session}`
    case 'player':
      return sql`coalesce(j.main_guid, p.player_guid) = ${scope.guid}`
    case 'all': {
      const { serverId, from, to } = scope
      const bounds = [
        ...(serverId === undefined ? [] : [sql`p.server_id = ${serverId}`]),
        ...(from === undefined ? [] : [sql`p.ended_at >= ${from}`]),
        ...(to === undefined ? [] : [sql`p.ended_at < ${to}`]),
      ]
      return bounds.length === 0 ? sql`true` : sql.join(bounds, sql` and `)
    }
  }
}

function together(players: readonly Aggregated[]): Aggregated {
  return new Map(
    AGGREGATES.map(({ name, how }) => {
      const known = players.map(own => own.get(name) ?? null).filter(value => value !== null)
      if (known.length === 0) return [name, null]
      return [name, how === 'max' ? Math.max(...known) : known.reduce((total, value) => total + value, 0)]
    }),
  )
}
