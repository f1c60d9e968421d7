import type { PlannedEvening } from './calendar.ts'
import { endstatsFile } from './endstats-file.ts'
import { type Deeds, type Fighter, fight } from './fight.ts'
import type { Random } from './random.ts'
import type { Person, Roster } from './roster.ts'
import { statsFile } from './stats-file.ts'

/** A file as a game server leaves it, in the order of writing. */
export interface WrittenFile {
  name: string
  content: Buffer
}

/** Those who have not played yet, and how many maps there are for their first one: all of them shall have played. */
interface Newcomers {
  waiting: Person[]
  maps: number
}

/** `defender`: the side; `limit` in seconds. */
interface StopwatchMap {
  name: string
  defender: 1 | 2
  limit: number
}

const MAPS: [StopwatchMap, ...StopwatchMap[]] = [
  { name: 'supply', defender: 1, limit: 720 },
  { name: 'sw_goldrush_te', defender: 1, limit: 600 },
  { name: 'te_escape2', defender: 1, limit: 600 },
  { name: 'etl_adlernest', defender: 1, limit: 480 },
  { name: 'radar', defender: 1, limit: 720 },
  { name: 'oasis', defender: 1, limit: 900 },
  { name: 'battery', defender: 1, limit: 900 },
  { name: 'fueldump', defender: 1, limit: 900 },
  { name: 'braundorf_b4', defender: 1, limit: 600 },
  { name: 'etl_frostbite', defender: 1, limit: 600 },
  { name: 'bremen_b3', defender: 1, limit: 720 },
  { name: 'missile_b3', defender: 1, limit: 720 },
  { name: 'etl_ice', defender: 1, limit: 720 },
  { name: 'karsiah_te2', defender: 2, limit: 600 },
  { name: 'etl_sp_delivery', defender: 1, limit: 600 },
  { name: 'erdenberg_t2', defender: 1, limit: 720 },
]

/** Evenings on which the script of awards runs. */
const WITH_ENDSTATS = 0.2
/** Round 1 files that were lost on the way. */
const LOST = 0.004

interface Night {
  random: Random
  roster: Roster
  newcomers: Newcomers
  plan: PlannedEvening
}

/** An evening of one game server: two sides that play stopwatch, people who come and go between maps. */
export function* evening({ random, roster, newcomers, plan }: Night): Generator<WrittenFile> {
  const aSide = random.pick([6, 6, 6, 5, 5, 3])
  const hasEndstats = random.chance(WITH_ENDSTATS)
  const teams: Person[] = []
  let clockMs = plan.startMs
  for (let map = 0; map < plan.maps; map += 1) {
    gather({ random, roster, newcomers, plan }, teams, 2 * aSide)
    const { name, defender, limit } = random.pick(MAPS)
    let before: Deeds[] = []
    let target = limit
    for (const roundNumber of [1, 2] as const) {
      // Now and then the attackers fail, and the defenders hold until the limit.
      const seconds = random.chance(0.6) ? Math.ceil(target * (0.35 + 0.6 * random.next())) : target
      const isHeld = seconds === target
      const winner = isHeld ? defender : ((3 - defender) as 1 | 2)
      const deeds = fight(random, sided(teams, aSide, roundNumber), seconds)
      clockMs += 1000 * (seconds + random.int(60, 240))
      const header = {
        host: '^7seed',
        map: name,
        roundNumber,
        defender,
        winner,
        limit: target,
        next: seconds,
        seconds,
      }
      const stamp = stampOf(clockMs)
      const isLost = roundNumber === 1 && random.chance(LOST)
      if (!isLost) {
        yield { name: `${stamp}-${name}-round-${roundNumber}.txt`, content: statsFile(header, deeds, before) }
        const endstats = `${stampOf(clockMs + 1000)}-${name}-round-${roundNumber}-endstats.txt`
        if (hasEndstats) yield { name: endstats, content: endstatsFile(deeds) }
      }
      before = deeds
      target = seconds
    }
  }
}

/** Fills the teams, and lets somebody else play where somebody leaves. */
function gather({ random, roster, newcomers, plan }: Night, teams: Person[], size: number): void {
  const leaving = Math.min(
    size,
    Math.max(random.times(0.5), Math.ceil(newcomers.waiting.length / newcomers.maps)),
  )
  for (let left = 0; left < leaving && teams.length > 0; left += 1)
    teams.splice(random.int(0, teams.length - 1), 1)
  while (teams.length < size) {
    teams.push(newcomers.waiting.pop() ?? roster.draw(plan.server, person => teams.includes(person)))
  }
  newcomers.maps = Math.max(1, newcomers.maps - 1)
}

/** The first half is the team that begins on Axis; the sides are swapped for round 2. */
function sided(teams: readonly Person[], aSide: number, roundNumber: 1 | 2): Fighter[] {
  return teams.map((person, index) => ({
    person,
    name: person.names[Math.floor(index / 3) % person.names.length] ?? person.names[0],
    side: index < aSide === (roundNumber === 1) ? 1 : 2,
  }))
}

function stampOf(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().slice(0, 19).split('T')
  return `${date}-${time.replaceAll(':', '')}`
}
