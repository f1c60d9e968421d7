import type { MapRoundCell, RecordCell, RecordScope } from '../../db/player-cells.ts'
import { inTurns } from '../../in-turns.ts'
import { percentOf } from '../figures.ts'
import { groupBy } from '../group-by.ts'
import type { RoundRow } from '../session-rows.ts'
import type { PlayedRow } from './human-rounds.ts'
import { ATTACK, MOST_HOLDERS, RECORDS, type RecordSums } from './record-rules.ts'
import { type RoundWeapon, usedInRounds } from './round-weapon.ts'

interface Played {
  rows: readonly PlayedRow[]
  rounds: readonly RoundRow[]
  weapons: readonly RoundWeapon[]
  gameRounds: readonly MapRoundCell[]
}

/** The highest of each category on each map, and of the whole session; of all who are equal those who are shown. */
export async function recordCells(session: number, all: Played): Promise<RecordCell[]> {
  const { rows, rounds, weapons } = all
  const usedIn = groupBy(weapons, row => `${row.round_id} ${row.player_guid}`)
  const matchOf = new Map(rounds.map(round => [round.round_id, round.match_id]))
  const best = bestOf(session)
  const compete = (scope: RecordScope, keyOf: (row: PlayedRow) => string | null, hasMap: boolean) =>
    inTurns([...groupBy(rows, keyOf)], ([key, own]) => {
      const last = own.at(-1)
      if (key === null || !last) return
      const sums = sumsOf(own, usedIn)
      const map = hasMap ? last.map_name : ''
      for (const { id, value } of RECORDS) {
        const reached = value(sums)
        if (reached !== null && reached > 0)
          best.offer(`${scope} ${id} ${map}`, { scope, category: id, map, value: reached, last })
      }
    })
  // Both rounds of a map: those of one match, of which he played both.
  const bothOf = groupBy(rows, row => `${matchOf.get(row.round_id) ?? ''} ${row.player_guid}`)
  const bothKey = (row: PlayedRow) => {
    const match = matchOf.get(row.round_id) ?? null
    const key = `${match} ${row.player_guid}`
    const numbers = new Set((bothOf.get(key) ?? []).map(each => each.round_number))
    return match === null || numbers.size < 2 ? null : key
  }
  await compete('round', row => `${row.round_id} ${row.player_guid}`, true)
  await compete('map', bothKey, true)
  await compete('session', row => row.player_guid, false)
  return [...best.cells(), ...highest(attacks(session, all))]
}

interface Offer {
  scope: RecordScope
  category: string
  map: string
  value: number
  last: PlayedRow
}

/** Keeps of thousands that are offered the highest of each kind, and of all who are equal the earliest. */
function bestOf(session: number) {
  const kinds = new Map<string, Offer[]>()
  return {
    offer(kind: string, offered: Offer) {
      const known = kinds.get(kind)
      const highest = known?.[0]?.value ?? Number.NEGATIVE_INFINITY
      if (offered.value > highest) kinds.set(kind, [offered])
      else if (offered.value === highest) known?.push(offered)
    },
    cells: (): RecordCell[] =>
      [...kinds.values()].flatMap(offers =>
        earliest(
          offers.map(({ scope, category, map, value, last }) => ({
            ...{ gaming_session_id: session, scope, category, map_name: map, value },
            ...{ ended_at: last.ended_at, round_id: last.round_id, players: [last.player_guid] },
          })),
        ),
      ),
  }
}

/**
 * In the order of the record book, so that it shows the same as if all were kept. (Of 2 000 alike rounds in one session
 * each was compared with each, for half a minute.)
 */
function earliest(equals: readonly RecordCell[]): RecordCell[] {
  return equals
    .toSorted((a, b) => a.ended_at.getTime() - b.ended_at.getTime() || (nameOf(a) < nameOf(b) ? -1 : 1))
    .slice(0, MOST_HOLDERS)
}

function nameOf({ players }: RecordCell): string {
  return players.join(' ')
}

/** What the floors and ratios of the record book are made of. */
function sumsOf(rows: readonly PlayedRow[], usedIn: ReadonlyMap<string, readonly RoundWeapon[]>): RecordSums {
  const used = usedInRounds(rows, usedIn)
  const aimed = used.filter(({ weapon_name }) => weapon_name !== 'syringe')
  const sum = (values: readonly (number | null)[]) => {
    const known = values.filter(value => value !== null)
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
  }
  const timed = rows.filter(row => row.damage_given !== null && row.time_played_seconds !== null)
  const shots = sum(aimed.map(row => row.shots)) ?? 0
  return {
    kills: sum(rows.map(row => row.kills)),
    damage: sum(rows.map(row => row.damage_given)),
    timedDamage: sum(timed.map(row => row.damage_given)),
    seconds: sum(timed.map(row => row.time_played_seconds)),
    shots,
    accuracy: percentOf(sum(aimed.map(row => row.hits)) ?? 0, shots),
    headshotKills: sum(rows.map(row => row.headshot_kills)),
    gibs: sum(rows.map(row => row.gibs)),
    revives: sum(rows.map(row => row.revives_given)),
    spree: rows.reduce((best, row) => Math.max(best, row.killing_spree_best ?? 0), 0),
    multikills: sum(
      rows.flatMap(row => [
        row.double_kills,
        row.triple_kills,
        row.quad_kills,
        row.multi_kills,
        row.mega_kills,
      ]),
    ),
  }
}

/** The fastest attack of a line-up; less is better. */
function attacks(session: number, { rows, rounds, gameRounds }: Played): RecordCell[] {
  const playersOf = groupBy(rows, row => row.round_id)
  const defenderOf = new Map(rounds.map(round => [round.round_id, round.defender_team]))
  return gameRounds.flatMap(({ round_id, map_name, ended_at, attack, seconds, winner_team }) => {
    if (attack !== 'completed' || seconds === null) return []
    const defender = defenderOf.get(round_id) ?? null
    const side = defender === null ? winner_team : defender === 1 ? 2 : 1
    const own = (playersOf.get(round_id) ?? []).filter(row => row.team === side)
    return {
      ...{ gaming_session_id: session, scope: 'round' as const, category: ATTACK, map_name },
      ...{ value: -seconds, ended_at, round_id },
      players: [...new Set(own.map(row => row.player_guid))].sort(),
    }
  })
}

function highest(cells: readonly RecordCell[]): RecordCell[] {
  const kinds = groupBy(cells, cell => `${cell.scope} ${cell.category} ${cell.map_name}`)
  return [...kinds.values()].flatMap(own => {
    const best = own.reduce((most, { value }) => Math.max(most, value), Number.NEGATIVE_INFINITY)
    return earliest(own.filter(cell => cell.value === best))
  })
}
