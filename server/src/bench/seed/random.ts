/** Chance that is the same for the same seed: a history can be made again, anywhere. */
export interface Random {
  /** From 0 up to, and without, 1. */
  next(): number
  /** Whole, both ends included. */
  int(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly [T, ...T[]]): T
  /** How often something happens that happens `mean` times on average. */
  times(mean: number): number
}

/** mulberry32: 32 bits of state, and quick; nothing here wants more. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    int,
    chance: probability => next() < probability,
    pick: from => from[int(0, from.length - 1)] ?? from[0],
    times(mean) {
      const limit = Math.exp(-mean)
      let count = 0
      for (let product = next(); product > limit; product *= next()) count += 1
      return count
    },
  }
}
