import type { Random } from './random.ts'

/** Somebody who plays in the invented history. */
export interface Person {
  /** All 32 characters; files of rounds hold the first 8. */
  guid: string
  /** With colour codes. Most have one; some change theirs now and then. */
  names: [string, ...string[]]
  /** About 1. */
  skill: number
  /** The game server where he mostly plays. */
  home: number
}

export interface Roster {
  people: readonly Person[]
  /** Somebody whom `isTaken` does not name: regulars often, guests from elsewhere now and then. */
  draw(home: number, isTaken: (person: Person) => boolean): Person
}

const SYLLABLES = [
  'ka',
  'ro',
  'mi',
  'ze',
  'tu',
  'ne',
  'vo',
  'ix',
  'ha',
  'dro',
  'sti',
  'lu',
  'qua',
  'ber',
  'ö',
] as const
const GUESTS = 0.15
/** The higher, the more alike are the rounds of the most and the least eager. */
const EVENNESS = 20

export function makeRoster(random: Random, size: number, servers: number): Roster {
  const people = Array.from({ length: size }, (_, index) => makePerson(random, index, index % servers))
  const all = weighted(people)
  const regulars = Array.from({ length: servers }, (_, home) =>
    weighted(people.filter(person => person.home === home)),
  )
  return {
    people,
    draw(home, isTaken) {
      for (;;) {
        const from = random.chance(GUESTS) ? all : (regulars[home] ?? all)
        const person = from(random.next())
        if (person && !isTaken(person)) return person
      }
    },
  }
}

function makePerson(random: Random, index: number, home: number): Person {
  const hex = (length: number) =>
    Array.from({ length }, () => random.int(0, 15).toString(16).toUpperCase()).join('')
  // The first eight tell people apart, so they hold the number.
  const guid = `${hex(4)}${index.toString(16).toUpperCase().padStart(4, '0')}${hex(24)}`
  const first = makeName(random, index)
  const more = random.chance(0.2) ? [makeName(random, index), makeName(random, index)] : []
  return { guid, names: [first, ...more], skill: 0.6 + 0.4 * random.next() + 0.4 * random.next(), home }
}

function makeName(random: Random, index: number): string {
  const syllables = Array.from({ length: random.int(1, 3) }, () => random.pick(SYLLABLES)).join('')
  const colour = random.chance(0.5) ? `^${random.int(1, 9)}` : ''
  const clan = random.chance(0.3) ? `^7[^${random.int(1, 9)}clan${index % 40}^7]` : ''
  return `${clan}${colour}${syllables}${index}`
}

/** A few play nearly every evening, most now and then: the n-th eagerest is drawn by `n^-0.8`. */
function weighted(people: readonly Person[]): (chance: number) => Person | undefined {
  let total = 0
  const ends = people.map((_, index) => {
    total += (index + EVENNESS) ** -0.8
    return total
  })
  return chance => {
    const wanted = chance * total
    let [low, high] = [0, ends.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) <= wanted) low = middle + 1
      else high = middle
    }
    return people[low]
  }
}
