import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { AGGREGATES, type Aggregate } from '../aggregate.ts'
import { pickFigures } from '../figures.ts'
import { type Figures, METRIC_ROWS, type MetricKey } from '../metrics-table.ts'
import { cutRows, sessionsUnderWay } from './cut-sessions.ts'
import type { Period } from './period.ts'

/** One player over a period, with some of his figures: sums over sums, best-of for sprees. */
export type SomeFigures<Key extends MetricKey = never> = Pick<Figures, Key> & {
  /** The main GUID. */
  guid: string
  rounds: number
  /** Counted map results that he was in, and those that his team won. */
  maps: number
  mapsWon: number
  /** Of the weapons that are aimed. */
  shots: number
  /** The ends of the first and the last round, in ms; as texts only of those who are shown. */
  firstMs: number
  lastMs: number
}

/** With all of them. Shares of others' figures are unknown. */
export type PlayerFigures = Omit<SomeFigures<MetricKey>, 'firstMs' | 'lastMs'> & {
  /** ISO 8601. */
  firstSeen: string
  lastSeen: string
}

const ALL_KEYS = METRIC_ROWS.map(({ key }) => key)

/** One player's; null: he did not play then. */
export async function loadOwnFigures(
  db: Kysely<DB>,
  period: Period,
  guid: string,
): Promise<PlayerFigures | null> {
  const [own] = await loadSomeFigures(db, period, ALL_KEYS, guid)
  if (!own) return null
  const { firstMs, lastMs, ...figures } = own
  return { ...figures, firstSeen: new Date(firstMs).toISOString(), lastSeen: new Date(lastMs).toISOString() }
}

/**
 * All players of a period, in no order; `guid`: only that one. One statement, and for the last 30 days two. Over all time
 * and over a season a row for each player is read, however long he has played.
 */
export async function loadSomeFigures<Key extends MetricKey>(
  db: Kysely<DB>,
  period: Period,
  keys: readonly Key[],
  guid: string | null = null,
): Promise<SomeFigures<Key>[]> {
  const { aggregates, take } = pickFigures(keys)
  // One value, as JSON: many rows of many columns take the driver five times as long.
  const { rows } = await sql<{ players: Row[] }>`
    select coalesce(json_agg(json_build_array(guid, rounds, maps, maps_won, shots, hits,
      floor(extract(epoch from first) * 1000), floor(extract(epoch from last) * 1000)
      ${sql.join(
        aggregates.map((_, index) => sql`, ${nameOf(index)}`),
        sql``,
      )})), '[]') as players
    from (${await sumsIn(db, period, aggregates, guid)}) p`.execute(db)
  return (rows[0]?.players ?? []).map(
    ([player, rounds, maps, mapsWon, shots, hits, firstMs, lastMs, ...sums]) =>
      Object.assign(take(sums, { shots, hits }), {
        ...{ guid: player, rounds, maps, mapsWon, shots, firstMs, lastMs },
      }),
  )
}

type Row = [
  ...[guid: string, rounds: number, maps: number, mapsWon: number, shots: number, hits: number],
  ...[firstMs: number, lastMs: number, ...sums: (number | null)[]],
]

const nameOf = (index: number) => sql.ref(`sum_${index + 1}`)

/** A row for each player, with the aggregates that are asked for. */
async function sumsIn(
  db: Kysely<DB>,
  period: Period,
  aggregates: readonly Aggregate[],
  guid: string | null,
): Promise<RawBuilder<unknown>> {
  const own = guid === null ? sql`` : sql`and c.player_guid = ${guid}`
  const cells = aggregates.map(aggregate => sql`c.sums[${sql.lit(placeOf(aggregate))}]`)
  if (period.kind === 'all' || period.kind === 'season') {
    const named = cells.map((cell, index) => sql`, ${cell} as ${nameOf(index)}`)
    return sql`select c.player_guid as guid, c.rounds, c.maps, c.maps_won, c.shots, c.hits, c.first_ended_at as first,
      c.last_ended_at as last ${sql.join(named, sql``)}
      from player_sums c where c.period = ${period.kind === 'all' ? 'all' : period.name} ${own}`
  }
  const parts = cells.map((cell, index) => sql`, ${cell} as ${nameOf(index)}`)
  const read = (which: RawBuilder<unknown>) => sql`
    select c.player_guid as guid, c.rounds, c.maps, c.maps_won, c.shots, c.hits, c.first_ended_at as first,
      c.last_ended_at as last ${sql.join(parts, sql``)}
    from player_cells c where ${which} ${own}`
  const added = aggregates.map(({ how }, index) => {
    const part = nameOf(index)
    return sql`, ${how === 'sum' ? sql`sum(${part})` : sql`max(${part})`} as ${part}`
  })
  return sql`select guid, sum(rounds) as rounds, sum(maps) as maps, sum(maps_won) as maps_won, sum(shots) as shots,
      sum(hits) as hits, min(first) as first, max(last) as last ${sql.join(added, sql``)}
    from (${await cellsIn(db, period, { read, aggregates, guid })}) parts group by guid`
}

/** Its place in the array of a cell, from 1. */
function placeOf({ name }: Aggregate): number {
  return AGGREGATES.findIndex(each => each.name === name) + 1
}

interface Reading {
  read: (which: RawBuilder<unknown>) => RawBuilder<unknown>
  aggregates: readonly Aggregate[]
  guid: string | null
}

async function cellsIn(
  db: Kysely<DB>,
  period: Extract<Period, { kind: 'session' | '30d' }>,
  { read, aggregates, guid }: Reading,
): Promise<RawBuilder<unknown>> {
  if (period.kind === 'session') return read(sql`c.gaming_session_id = ${period.session}`)
  const { from } = period
  const cut = await sessionsUnderWay(db, from)
  const whole = sql`c.last_ended_at >= ${from}`
  if (cut.length === 0) return read(whole)
  return sql`${read(sql`${whole} and c.gaming_session_id <> all(${cut}::bigint[])`)}
    union all ${cutRows({ sessions: cut, from, aggregates, guid, nameOf })}`
}
