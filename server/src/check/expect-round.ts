import type { RawLine } from './count-raw.ts'

/** What the raw bytes say that the database must hold of one round. */
export interface ExpectedRound {
  players: number
  /** Weapons with a figure that is not 0. */
  weapons: number
  kills: number
  deaths: number
}

/** A file's raw lines, and those of the file that it goes on from: for each line number the one that was subtracted. */
interface RawRound {
  lines: readonly RawLine[]
  base: { lines: readonly RawLine[]; subtracted: ReadonlyMap<number, number> } | null
}

const KILLS = 2
const DEATHS = 3

export function expectRound({ lines, base }: RawRound): ExpectedRound {
  const before = new Map(base?.lines.map(line => [line.line, line]))
  const expected: ExpectedRound = { players: 0, weapons: 0, kills: 0, deaths: 0 }
  for (const line of lines) {
    expected.players += 1
    const earlier = before.get(base?.subtracted.get(line.line) ?? -1)
    const weapons = new Set<number>()
    for (const [key, value] of line.cells) {
      // A shot at a corpse is taken back; nobody fires less than nothing.
      const own = Math.max(value - (earlier?.cells.get(key) ?? 0), 0)
      if (own !== 0) weapons.add(Math.floor(key / 5))
      if (key % 5 === KILLS) expected.kills += own
      if (key % 5 === DEATHS) expected.deaths += own
    }
    expected.weapons += weapons.size
  }
  return expected
}

/** Shots, kills and deaths of one raw line over all weapons: what value 20 and value 26 state a second time. */
export function sumLine(line: RawLine): { shots: number; kills: number; deaths: number } {
  const sum = (position: number) =>
    [...line.cells].reduce((total, [key, value]) => (key % 5 === position ? total + value : total), 0)
  return { shots: sum(1), kills: sum(KILLS), deaths: sum(DEATHS) }
}
