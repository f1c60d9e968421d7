import { CUMULATIVE_INDEXES, V, VALUE_COLUMNS } from '../../parse/columns.ts'
import type { Cell, Deeds } from './fight.ts'

export interface HeaderFacts {
  host: string
  map: string
  roundNumber: 1 | 2
  defender: 1 | 2
  winner: 1 | 2
  /** Seconds. */
  limit: number
  next: number
  seconds: number
}

/** A file of a round as the newest script writes it. `before`: the round 1 whose counters go on. */
export function statsFile(header: HeaderFacts, deeds: readonly Deeds[], before: readonly Deeds[]): Buffer {
  const { host, map, roundNumber, defender, winner, limit, next, seconds } = header
  const first = [host, map, 'legacy6', roundNumber, defender, winner, clock(limit), clock(next)]
  const lines = deeds.map(own =>
    playerLine(own, before.find(({ fighter }) => fighter.person === own.fighter.person) ?? null),
  )
  return Buffer.from(`${[...first, seconds * 1000 - 700].join('\\')}\n${lines.join('\n')}\n`)
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function playerLine(own: Deeds, before: Deeds | null): string {
  const { person, name, side } = own.fighter
  const cells = mergedCells(own, before)
  let mask = 0
  for (const [weapon] of cells) mask |= 1 << weapon
  const weapons = [...cells].sort(([a], [b]) => a - b).flatMap(([, cell]) => cell)
  const values = VALUE_COLUMNS.map(({ index, decimal }) => {
    const value = writtenValue(index, own, before, cells)
    return decimal ? value.toFixed(1) : String(Math.round(value))
  })
  const figures = `${[mask, ...weapons].join(' ')} \t${values.join('\t')}`
  return [person.guid.slice(0, 8), name, before ? 1 : 0, side, figures].join('\\')
}

function mergedCells(own: Deeds, before: Deeds | null): Map<number, Cell> {
  const merged = new Map<number, Cell>()
  for (const deeds of before ? [own, before] : [own]) {
    for (const [weapon, [hits, shots, kills, deaths, headshots]] of deeds.cells) {
      const to = merged.get(weapon) ?? [0, 0, 0, 0, 0]
      merged.set(weapon, [to[0] + hits, to[1] + shots, to[2] + kills, to[3] + deaths, to[4] + headshots])
    }
  }
  // The mask names what has a figure.
  return new Map([...merged].filter(([, cell]) => cell.some(figure => figure !== 0)))
}

const CUMULATIVE = new Set(CUMULATIVE_INDEXES)

function writtenValue(index: number, own: Deeds, before: Deeds | null, cells: Map<number, Cell>): number {
  const sum = (position: 1 | 2 | 3) => [...cells.values()].reduce((total, cell) => total + cell[position], 0)
  const seconds = own.secondsOnTeam + (before?.secondsOnTeam ?? 0)
  const dead = own.secondsOnTeam - own.secondsAlive
  switch (index) {
    case V.alivePercent:
      return (100 * (own.secondsAlive + (before?.secondsAlive ?? 0))) / seconds
    case V.bulletsFired:
      return sum(1)
    case V.damagePerMinute:
      // The script always says so.
      return 0
    case V.minutesOnTeam:
      return seconds / 60
    case V.deadPercent:
      return (100 * dead) / seconds
    case V.minutesDead:
      return dead / 60
    case V.killDeathRatio:
      return sum(2) / Math.max(1, sum(3))
  }
  const carried = CUMULATIVE.has(index) ? (before?.values.get(index) ?? 0) : 0
  return carried + (own.values.get(index) ?? 0)
}
