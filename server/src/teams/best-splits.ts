import { predictWin } from 'openskill'

/** Somebody to be put on a side. */
export interface Person {
  mu: number
  sigma: number
}

/** One way to make two sides of them. */
export interface Split<P extends Person> {
  sides: [a: P[], b: P[]]
  /** The chance of either side to win, from 0 to 1. */
  odds: [a: number, b: number]
}

/**
 * Ten a side: 92 378 splits, 10 ms the first time and 3 ms from then on in which the process does nothing else (measured
 * as time of the processor, one core of 2026). Each two people more are four times as many, and no match has more than
 * ten a side.
 */
export const MOST_PEOPLE = 20
const FEWEST_PEOPLE = 2

/** How many splits there are of `count` people. */
export function splitCount(count: number): number {
  const half = Math.floor(count / 2)
  let ways = 1
  for (let index = 1; index <= half; index += 1) ways = (ways * (count - half + index)) / index
  // Of an even number either half is a side, and naming them the other way round is the same split.
  return count % 2 === 0 ? ways / 2 : ways
}

/**
 * The best of all splits into two sides (of an odd number one has a person more), those with the least difference first.
 * All of them are compared: the odds rest on the difference of the sides' sums of `mu` alone, for together the sides are
 * as unsure in every split. Between equals the order of `people` decides. Empty: too few or too many of them.
 */
export function bestSplits<P extends Person>(people: readonly P[], most: number): Split<P>[] {
  if (people.length < FEWEST_PEOPLE || people.length > MOST_PEOPLE) return []
  const best: { difference: number; mask: number }[] = []
  const [low, high] = [sumsOf(people.slice(0, LOW_BITS)), sumsOf(people.slice(LOW_BITS))]
  const total = people.reduce((sum, { mu }) => sum + mu, 0)
  for (const mask of halves(people.length)) {
    const sum = (low[mask & LOW] ?? 0) + (high[mask >>> LOW_BITS] ?? 0)
    const difference = Math.abs(total - 2 * sum)
    const last = best.at(-1)
    if (best.length === most && last && difference >= last.difference - EQUAL) continue
    const place = best.findIndex(other => difference < other.difference - EQUAL)
    best.splice(place === -1 ? best.length : place, 0, { difference, mask })
    best.length = Math.min(best.length, most)
  }
  return best.map(({ mask }) => {
    const isIn = (_: P, index: number) => (mask & (1 << index)) !== 0
    const sides: [P[], P[]] = [people.filter(isIn), people.filter((each, index) => !isIn(each, index))]
    const [a = 0.5, b = 0.5] = predictWin(sides)
    return { sides, odds: [a, b] }
  })
}

const LOW_BITS = 10
const LOW = (1 << LOW_BITS) - 1

/** Of every choice among some people, by its bits: a side's sum is then two of these. */
function sumsOf(people: readonly Person[]): Float64Array {
  const sums = new Float64Array(1 << people.length)
  for (let mask = 1; mask < sums.length; mask += 1) {
    const rest = mask & (mask - 1)
    sums[mask] = (sums[rest] ?? 0) + (people[31 - Math.clz32(mask ^ rest)]?.mu ?? 0)
  }
  return sums
}

/** Sums in another order differ in their last digits. */
const EQUAL = 1e-9

/** Every choice of the first side, as bits: the first person is always on it where both are as large. */
function* halves(count: number): Generator<number> {
  const size = Math.floor(count / 2)
  if (count % 2 === 1) return yield* choices(count, size)
  for (const others of choices(count - 1, size - 1)) yield (others << 1) | 1
}

/** Every choice of `size` out of `count`, as bits. */
function* choices(count: number, size: number): Generator<number> {
  if (size === 0) return yield 0
  // The next larger number with as many bits, by Gosper's rule.
  for (let mask = (1 << size) - 1; mask < 1 << count; ) {
    yield mask
    const low = mask & -mask
    const carried = mask + low
    mask = (((mask ^ carried) >>> 2) / low) | carried
  }
}
