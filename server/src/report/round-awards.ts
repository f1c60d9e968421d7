import type { Kysely } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { DerivedAward } from '../derive/derive-endstats.ts'
import { clock, percent, ratio } from './forms.ts'
import { shownText } from './shown-name.ts'

/** An award that the game server's script gave in a round. */
export interface RoundAward {
  award: string
  /** `guid` null: the file's name is nobody's in this round for certain. */
  player: { guid: string | null; name: string }
  value: number
  unit: DerivedAward['unit']
  /** A second figure: minutes beside percent, seconds beside kills. */
  beside: { value: number; unit: DerivedAward['unit'] } | null
  /** All of it, as it is shown. */
  figure: string
  /** `map`: its counters go on from an earlier round. */
  scope: DerivedAward['scope']
}

/**
 * In the file's order; without those that are no figures of their name. `nameOf`: what is shown of a player, or of
 * a name that is nobody's for certain; null: the name as the file has it.
 */
export async function loadRoundAwards(
  db: Kysely<DB>,
  roundId: number,
  mainOf: (guid: string) => string,
  nameOf: (guid: string | null, written: string) => string | null,
): Promise<RoundAward[]> {
  const rows = await db
    .selectFrom('round_awards')
    .selectAll()
    .where('round_id', '=', roundId)
    .where('note', 'is', null)
    .orderBy('position')
    .execute()
  return rows.map(row => ({
    award: shownText(row.award),
    player: playerOf(row.player_guid === null ? null : mainOf(row.player_guid), row.player_name, nameOf),
    value: row.value,
    unit: row.unit,
    beside:
      row.beside_value === null || row.beside_unit === null
        ? null
        : { value: row.beside_value, unit: row.beside_unit },
    figure: figureOf(row),
    scope: row.scope,
  }))
}

function playerOf(
  guid: string | null,
  written: string,
  nameOf: (guid: string | null, written: string) => string | null,
): RoundAward['player'] {
  return { guid, name: nameOf(guid, written) ?? shownText(written) }
}

function figureOf(row: DerivedAward): string {
  const own = FORMS[row.unit](row.value)
  if (row.beside_value === null || row.beside_unit === null) return own
  const beside =
    row.beside_unit === 'seconds' ? `${row.beside_value} s` : FORMS[row.beside_unit](row.beside_value)
  return row.unit === 'kills' ? `${own} in ${beside}` : `${own}, ${beside}`
}

const FORMS: Record<DerivedAward['unit'], (value: number) => string> = {
  count: String,
  HP: value => `${value} HP`,
  kills: value => `${value} kills`,
  'per minute': value => `${ratio(value)} per minute`,
  'HP/minute': value => `${Math.round(value)} per minute`,
  ratio,
  percent,
  seconds: clock,
  minutes: value => `${value.toFixed(1)} min`,
  metres: value => `${value.toFixed(1)} m`,
}
