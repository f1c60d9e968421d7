import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { PlayerCell } from '../../db/player-cells.ts'
import type { DB } from '../../db/tables.ts'
import { AGGREGATES } from '../aggregate.ts'
import { figuresOf } from '../figures.ts'
import type { Figures } from '../metrics-table.ts'
import { loadJoins } from './joins.ts'
import type { Period } from './period.ts'
import { cellsOf } from './settle-figures.ts'

/** One player over a period: sums over sums, best-of for sprees. Shares of others' figures are unknown. */
export interface PlayerFigures extends Figures {
  /** The main GUID. */
  guid: string
  rounds: number
  /** Counted map results that he was in, and those that his team won. */
  maps: number
  mapsWon: number
  /** ISO 8601: the ends of the first and the last round. */
  firstSeen: string
  lastSeen: string
}

/**
 * All players of a period, in no order; `guid`: only that one. One statement, and one more where a session was cut. Over
 * all time and over a season a row for each player is read, however long he has played.
 */
export async function loadFigures(
  db: Kysely<DB>,
  period: Period,
  guid: string | null = null,
): Promise<PlayerFigures[]> {
  if (period.kind === 'all' || period.kind === 'season') return loadSums(db, period, guid)
  const cut = period.kind === '30d' ? await cutCells(db, period.from, guid) : []
  const sums = AGGREGATES.map(({ how }, index) => {
    const cell = sql`c.sums[${sql.lit(index + 1)}]`
    return sql`${how === 'sum' ? sql`sum` : sql`max`}(${cell})`
  })
  const { rows } = await sql<SummedRow & { sums: (number | null)[] }>`
    select c.player_guid as guid, sum(c.rounds)::int as rounds, sum(c.maps)::int as maps,
      sum(c.maps_won)::int as maps_won, sum(c.shots)::int as shots, sum(c.hits)::int as hits,
      min(c.first_ended_at) as first, max(c.last_ended_at) as last,
      json_build_array(${sql.join(sums)}) as sums
    from ${cellsIn(period, cut)} c
    ${guid === null ? sql`` : sql`where c.player_guid = ${guid}`}
    group by c.player_guid`.execute(db)
  return rows.map(({ sums: own, ...row }) => toFigures(row, own))
}

interface SummedRow {
  guid: string
  rounds: number
  maps: number
  maps_won: number
  shots: number
  hits: number
  first: Date
  last: Date
}

async function loadSums(
  db: Kysely<DB>,
  period: Extract<Period, { kind: 'all' | 'season' }>,
  guid: string | null,
): Promise<PlayerFigures[]> {
  const rows = await db
    .selectFrom('player_sums')
    .select(['player_guid as guid', 'rounds', 'maps', 'maps_won', 'shots', 'hits'])
    // As JSON: parsed ten times faster than an array is.
    .select(sql<(number | null)[]>`array_to_json(sums)`.as('sums'))
    .select(['first_ended_at as first', 'last_ended_at as last'])
    .where('period', '=', period.kind === 'all' ? 'all' : period.name)
    .$if(guid !== null, query => query.where('player_guid', '=', guid))
    .execute()
  return rows.map(({ sums, ...row }) => toFigures(row, sums))
}

/** `sums`: in the order of `AGGREGATES`. */
function toFigures(
  { guid, rounds, maps, maps_won, shots, hits, first, last }: SummedRow,
  sums: readonly (number | null)[],
): PlayerFigures {
  const own = new Map(AGGREGATES.map(({ name }, index) => [name, sums[index] ?? null]))
  return {
    ...figuresOf(own, { shots, hits }, null),
    ...{ guid, rounds, maps, mapsWon: maps_won },
    ...{ firstSeen: first.toISOString(), lastSeen: last.toISOString() },
  }
}

/** `cut`: what stands in the place of the cells that the begin of the period cuts. */
function cellsIn(
  period: Exclude<Period, { kind: 'all' | 'season' }>,
  cut: readonly PlayerCell[],
): RawBuilder<unknown> {
  const table = sql`player_cells`
  switch (period.kind) {
    case 'session':
      return sql`(select * from ${table} where gaming_session_id = ${period.session})`
    case '30d':
      return sql`(select * from ${table} where last_ended_at >= ${period.from} and first_ended_at >= ${period.from}
        union all
        select * from jsonb_populate_recordset(null::${table}, ${JSON.stringify(cut)}::jsonb))`
  }
}

/** Of the sessions that were under way at `from`: the part of them that ended then or later. */
async function cutCells(db: Kysely<DB>, from: Date, guid: string | null): Promise<PlayerCell[]> {
  const { rows } = await sql<{ session: number }>`
    select distinct gaming_session_id as session from player_cells
    where last_ended_at >= ${from} and last_ended_at < ${from}::timestamptz + interval '2 days'
      and first_ended_at < ${from}`.execute(db)
  const mainOf = await loadJoins(db)
  const cells: PlayerCell[] = []
  for (const { session } of rows) {
    const part = await cellsOf(db, session, { from, mainOf })
    const cutOff = await db
      .selectFrom('player_cells')
      .select(['player_guid', 'round_date'])
      .where('gaming_session_id', '=', session)
      .where('first_ended_at', '<', from)
      .execute()
    const replaced = new Set(cutOff.map(cell => `${cell.round_date} ${cell.player_guid}`))
    cells.push(
      ...(part?.players ?? []).filter(cell => replaced.has(`${cell.round_date} ${cell.player_guid}`)),
    )
  }
  return guid === null ? cells : cells.filter(cell => cell.player_guid === guid)
}
