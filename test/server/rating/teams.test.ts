import fc from 'fast-check'
import { predictWin } from 'openskill'
import t from 'tap'
import { bestSplits, MOST_PEOPLE, type Person, splitCount } from '../../../server/src/teams/best-splits.ts'

interface Named extends Person {
  name: number
}

const people = (least: number, most: number) =>
  fc
    .array(fc.record({ mu: fc.integer({ min: 1, max: 50 }), sigma: fc.integer({ min: 1, max: 8 }) }), {
      minLength: least,
      maxLength: most,
    })
    .map(all => all.map((person, name): Named => ({ ...person, name })))

/** Every split, by choosing person after person: no bits, no sums. */
function everySplit(all: readonly Named[]): [Named[], Named[]][] {
  const small = Math.floor(all.length / 2)
  const choose = (rest: readonly Named[], count: number): Named[][] => {
    const [first, ...others] = rest
    if (count === 0) return [[]]
    if (!first) return []
    return [...choose(others, count - 1).map(side => [first, ...side]), ...choose(others, count)]
  }
  const sides = choose(all, small).filter(side => all.length % 2 === 1 || side[0] === all[0])
  return sides.map(side => [side, all.filter(person => !side.includes(person))])
}

t.test('the best of all splits, by the library’s own odds, and the next best behind it', t => {
  fc.assert(
    fc.property(people(2, 9), all => {
      const splits = everySplit(all)
      t.equal(splitCount(all.length), splits.length)
      const off = (sides: Person[][]) => Math.abs((predictWin(sides)[0] ?? 0) - 0.5)
      const expected = splits.map(off).sort((a, b) => a - b)
      const best = bestSplits(all, 5)
      t.equal(best.length, Math.min(5, splits.length))
      for (const [place, { sides, odds }] of best.entries()) {
        t.ok(Math.abs(off(sides) - (expected[place] ?? 1)) < 1e-9)
        t.ok(Math.abs(odds[0] + odds[1] - 1) < 1e-9)
        t.strictSame(new Set(sides.flat()), new Set(all))
        t.ok(Math.abs(sides[0].length - sides[1].length) <= 1)
      }
      t.equal(new Set(best.map(({ sides }) => sides[0].map(({ name }) => name).join())).size, best.length)
    }),
    { numRuns: 40 },
  )
  t.end()
})

t.test('twelve people: all 462 splits are compared', t => {
  fc.assert(
    fc.property(people(12, 12), all => {
      const splits = everySplit(all)
      t.equal(splits.length, 462)
      const difference = (sides: Person[][]) => {
        const [a = 0, b = 0] = sides.map(side => side.reduce((sum, { mu }) => sum + mu, 0))
        return Math.abs(a - b)
      }
      const least = Math.min(...splits.map(difference))
      const [best] = bestSplits(all, 1)
      t.equal(best && difference(best.sides), least)
    }),
    { numRuns: 10 },
  )
  t.end()
})

t.test('one person, and more than can be compared, are not split; the most that can are', t => {
  const unrated = (count: number) => Array.from({ length: count }, () => ({ mu: 25, sigma: 25 / 3 }))
  t.strictSame(bestSplits(unrated(1), 5), [])
  t.strictSame(bestSplits(unrated(MOST_PEOPLE + 1), 5), [])
  t.match(bestSplits(unrated(MOST_PEOPLE), 5), { length: 5 })
  t.equal(splitCount(MOST_PEOPLE), 92_378)
  t.end()
})
