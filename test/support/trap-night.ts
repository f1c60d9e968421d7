import { type Fighter, GameServerSimulator, type WrittenFile } from './game-server.ts'

/** What really happens on game nights, each as files with their truth. Times are UTC, in minutes from `start`. */
export interface Night {
  files: WrittenFile[]
  /** Names of files that are aborted attempts. */
  aborted: string[]
}

const NAMES = [
  '^1Ann',
  'Ból|x',
  'Χάρης',
  "'; drop table rounds; --",
  '<img src=x onerror=alert(1)>',
  '@everyone',
]

export function fighters(count: number, swapped = false): Fighter[] {
  return Array.from({ length: count }, (_, index) => ({
    guid: `${(index + 1).toString(16).toUpperCase().padStart(8, 'A')}0000000000000000`,
    name: NAMES[index % NAMES.length] ?? '',
    team: (index % 2 === 0) !== swapped ? 1 : 2,
  }))
}

export interface Match {
  server: GameServerSimulator
  map: string
  start: Date
  minutes: number
  limit?: number
  round1Seconds?: number
  round2Seconds?: number
  gapMinutes?: number
  line?: (swapped: boolean) => Fighter[]
  quickExit?: boolean
}

/** Both rounds of a map: the attackers win round 1, the others hold in round 2 unless they are faster. */
export function playMatch(match: Match): [WrittenFile, WrittenFile] {
  const { server, map, start, minutes, limit = 720, round1Seconds = 400, round2Seconds = 400 } = match
  const line = match.line ?? (swapped => fighters(4, swapped))
  const at = (seconds: number) => new Date(start.getTime() + minutes * 60_000 + seconds * 1000)
  const round1 = server.play({
    map,
    round: 1,
    fighters: line(false),
    startsAt: at(0),
    seconds: round1Seconds,
    limit,
    attackersWin: round1Seconds < limit,
    ...(match.quickExit ? { quickExit: true } : {}),
  })
  const round2 = server.play({
    map,
    round: 2,
    fighters: line(true),
    startsAt: at(round1Seconds + (match.gapMinutes ?? 3) * 60),
    seconds: round2Seconds,
    limit: round1Seconds,
    attackersWin: round2Seconds < round1Seconds,
  })
  // A match is over: the next map begins with fresh counters.
  server.forget()
  return [round1, round2]
}

/** A night with most of it: late at night, so that midnight falls into it, and all within one session but the last map. */
export function trapNight(seed: number, zone: string, start: Date): Night {
  const server = new GameServerSimulator(zone, seed)
  const files: WrittenFile[] = []
  const aborted: string[] = []
  const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000)

  files.push(...playMatch({ server, map: 'supply', start, minutes: 0 }))
  // The same map twice in a row, both held to the limit: equal headers everywhere.
  files.push(
    ...playMatch({ server, map: 'radar', start, minutes: 25, round1Seconds: 720, round2Seconds: 720 }),
  )
  files.push(
    ...playMatch({ server, map: 'radar', start, minutes: 55, round1Seconds: 720, round2Seconds: 720 }),
  )

  // A round broken off, then the map again: its round 1 carries the attempt.
  const attempt = server.play({
    map: 'goldrush',
    round: 1,
    fighters: fighters(4),
    startsAt: at(85),
    seconds: 130,
    limit: 900,
    attackersWin: false,
    aborted: true,
  })
  files.push(attempt)
  aborted.push(attempt.name)
  files.push(...playMatch({ server, map: 'goldrush', start, minutes: 89, limit: 900 }))

  // A match reset after round 1, then both rounds; two bots of one name.
  const bots = (swapped: boolean): Fighter[] => [
    ...fighters(2, swapped),
    { guid: 'OMNIBOT01', name: '^o[BOT]^7vid', team: swapped ? 2 : 1 },
    { guid: 'OMNIBOT02', name: '^o[BOT]^7vid', team: swapped ? 1 : 2 },
  ]
  files.push(
    server.play({
      map: 'te_escape2',
      round: 1,
      fighters: bots(false),
      startsAt: at(108),
      seconds: 300,
      limit: 720,
      attackersWin: true,
    }),
  )
  server.forget()
  files.push(...playMatch({ server, map: 'te_escape2', start, minutes: 116, line: bots }))

  // Everybody ready within 3 s: the time to beat in round 1's file is nonsense.
  files.push(...playMatch({ server, map: 'adlernest', start, minutes: 140, quickExit: true }))

  // Eighty minutes inside a map: another session, the same match. A leaver, a latecomer, one who reconnects.
  const cast = (swapped: boolean): Fighter[] => {
    const line = fighters(6, swapped)
    if (!swapped) return line.slice(0, 5)
    server.forget('AAAAAAA3')
    return line
      .slice(1)
      .map((fighter, index) => (index === 4 ? { ...fighter, joinsAfter: 120_000 } : fighter))
  }
  files.push(...playMatch({ server, map: 'frostbite', start, minutes: 162, gapMinutes: 80, line: cast }))
  return { files, aborted }
}
