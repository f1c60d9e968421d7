import type { Client } from './client.ts'
import type { Tally } from './figures.ts'
import type { TrueRound } from './night-file.ts'
import type { Script } from './scripts.ts'

/** Seconds. Two readings of v22, and a little more. */
const NEAR = 12

/**
 * Whether anybody could tell from the files what each counts on from. Where a file does not say how long its round
 * lasted, only the counters tell; chance must not have made them look like something else.
 */
export class ClearNight {
  isClear = true
  /** The counters of everybody at the end of each round before. */
  private readonly earlier: Map<string, Tally>[] = []
  private readonly hasMinutes: boolean

  constructor(script: Script) {
    this.hasMinutes = script.values.includes(22)
  }

  /** `spannedSeconds`: of all rounds that the counters span; `limit` as in the header. */
  judge(round: TrueRound, clients: readonly Client[], spannedSeconds: number, limit: number): void {
    const counters = new Map(clients.map(client => [client.fighter.guid, new Map(client.counters)]))
    if (!this.hasMinutes || round.secondsTolerance !== 1) {
      const isFresh = round.countsOn === null
      if (isFresh && this.earlier.some(other => isDominated(other, counters))) this.isClear = false
      // All that was played until somebody gave up, and as long as one round that was held.
      if (!isFresh && round.secondsTolerance !== 1 && Math.abs(spannedSeconds - limit) < NEAR)
        this.isClear = false
    }
    this.earlier.push(counters)
  }
}

/** Whether every counter of everybody who stands in both is at least as high in the later one. */
function isDominated(earlier: ReadonlyMap<string, Tally>, later: ReadonlyMap<string, Tally>): boolean {
  const both = [...later].flatMap(([guid, tally]) => {
    const before = earlier.get(guid)
    return before ? [{ before, tally }] : []
  })
  const isAtLeast = (tally: Tally) => (entry: [string, number]) =>
    entry[0] === 'knife.shots' || entry[1] <= (tally.get(entry[0]) ?? 0)
  return both.length > 0 && both.every(({ before, tally }) => [...before].every(isAtLeast(tally)))
}
