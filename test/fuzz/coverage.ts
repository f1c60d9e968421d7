/** As istanbul keeps them: how often each statement and each way of each branch was taken. */
export interface Counters {
  s: Record<string, number>
  b: Record<string, number[]>
}

export interface Coverage {
  /** Forgets what ran since, so that the next input counts alone. */
  reset(): void
  /** How many ways the input took that none took before it, or took in another order of magnitude. */
  countNew(): number
  /** Counters that some input has reached, of all. */
  reached(): { reached: number; all: number }
}

/** Which ways were taken since the last reset, and whether any of them is new. */
export function createCoverage({ s, b }: Counters): Coverage {
  const statements = Object.keys(s)
  const branches = Object.values(b)
  const all = statements.length + branches.reduce((sum, ways) => sum + ways.length, 0)
  // A bit for each order of magnitude in which a counter was seen.
  const seen = new Uint8Array(all)

  function look(at: number, count: number): number {
    const bit = 1 << magnitudeOf(count)
    const known = seen[at] ?? 0
    if ((known & bit) !== 0) return 0
    seen[at] = known | bit
    return 1
  }

  return {
    reset() {
      for (const key of statements) s[key] = 0
      for (const ways of branches) ways.fill(0)
    },
    countNew() {
      let found = 0
      let at = 0
      for (const key of statements) {
        const count = s[key] ?? 0
        if (count > 0) found += look(at, count)
        at += 1
      }
      for (const ways of branches) {
        for (const count of ways) {
          if (count > 0) found += look(at, count)
          at += 1
        }
      }
      return found
    },
    reached: () => ({ reached: seen.reduce((sum, bits) => sum + (bits > 0 ? 1 : 0), 0), all }),
  }
}

/** 1, 2, 3, up to 7, 15, 31, 127, more: a loop that runs once more is no news when it ran a hundred times. */
function magnitudeOf(count: number): number {
  if (count <= 3) return count - 1
  if (count <= 7) return 3
  if (count <= 15) return 4
  if (count <= 31) return 5
  return count <= 127 ? 6 : 7
}
