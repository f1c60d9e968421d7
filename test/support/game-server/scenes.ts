import type { Fighter } from './client.ts'
import type { Moment, RoundPlan } from './engine.ts'
import type { GameServer } from './game-server.ts'

/** A piece of a night; `map(0)`, `map(1)`: maps that its neighbours do not play. */
type Scene = (game: GameServer, map: (at: number) => string) => void

/** What happens on game nights, one at a time; a night strings them together. */
export const SCENES = {
  'a match': (game, map) => match(game, map(0)),
  'the same map twice': (game, map) => {
    match(game, map(0))
    pause(game)
    match(game, map(0))
  },
  'a match after a match that it counts on from (#2485)': (game, map) =>
    withBug(game, { countsOnAfterMatch: true }, () => {
      match(game, map(0))
      pause(game)
      match(game, map(0))
    }),
  'three matches on one map, each after the one before (#2485)': (game, map) =>
    withBug(game, { countsOnAfterMatch: true }, () => {
      for (let matches = 0; matches < 3; matches += 1) {
        match(game, map(0))
        pause(game)
      }
    }),
  'round 1 twice, the second counts on (#3028)': (game, map) =>
    withBug(game, { countsOnAfterRound1: true }, () => {
      game.play(round1(game, map(0)))
      pause(game)
      match(game, map(0))
    }),
  'round 1, and another map counts on from it (#3028)': (game, map) =>
    withBug(game, { countsOnAfterRound1: true }, () => {
      game.play(round1(game, map(0)))
      pause(game)
      match(game, map(1))
    }),
  'round 1, a second one broken off, then the match: each counts on (#3028)': (game, map) =>
    withBug(game, { countsOnAfterRound1: true }, () => {
      game.play(round1(game, map(0)))
      pause(game)
      game.play(brokenOff(game, map(0), 1))
      pause(game)
      match(game, map(0))
    }),
  'round 1, then another map': (game, map) => {
    game.play(round1(game, map(0)))
    pause(game)
    match(game, map(1))
  },
  'a restart before round 1 (#1740)': (game, map) =>
    withBug(game, { forgetsRound1: true }, () => {
      game.play(round1(game, map(0)))
      pause(game)
      const plan = round2(game, map(0))
      game.play(plan.ending === 'surrendered' ? { ...plan, ending: 'held' } : plan)
    }),
  'a short round 1 and a long round 2 that begins anew (#1740)': (game, map) =>
    withBug(game, { forgetsRound1: true }, () => {
      game.play({
        ...{ map: map(0), round: 1, limit: 600, seconds: game.random.int(60, 110) },
        ending: 'surrendered',
      })
      pause(game)
      game.play({ map: map(0), round: 2, ending: 'held' })
    }),
  'a newcomer in a leaver’s slot (#2612)': (game, map) => {
    game.play(round1(game, map(0)))
    replaceOne(game, map(0))
  },
  'a newcomer in a leaver’s slot, after a round 1 that counts on (#2612, #3028)': (game, map) =>
    withBug(game, { countsOnAfterRound1: true }, () => {
      game.play(round1(game, map(0)))
      pause(game)
      game.play(round1(game, map(1)))
      replaceOne(game, map(1))
    }),
  'round 1 broken off, then the match': (game, map) => {
    game.play({ ...brokenOff(game, map(0), 1) })
    pause(game)
    match(game, map(0))
  },
  'a match, then the same map broken off and played again': (game, map) => {
    match(game, map(0))
    pause(game)
    game.play(brokenOff(game, map(0), 1))
    pause(game)
    match(game, map(0))
  },
  'round 1 broken off, then another map': (game, map) => {
    game.play(brokenOff(game, map(0), 1))
    pause(game)
    match(game, map(1))
  },
  'round 2 broken off and played again': (game, map) => {
    game.play(round1(game, map(0)))
    pause(game)
    game.play(brokenOff(game, map(0), 2))
    pause(game)
    game.play(round2(game, map(0)))
  },
  'everybody ready within 3 s': (game, map) => {
    game.play({ ...round1(game, map(0)), isQuickExit: true })
    pause(game)
    game.play(round2(game, map(0)))
  },
  'everybody ready within 3 s after round 2': (game, map) => {
    game.play(round1(game, map(0)))
    pause(game)
    const plan = round2(game, map(0))
    // A surrender would look like a round that was broken off.
    const ending = plan.ending === 'surrendered' ? 'held' : plan.ending
    game.play({ ...plan, ending, isQuickExit: true })
  },
  'a match reset after round 1': (game, map) => {
    game.play(round1(game, map(0)))
    game.resetMatch()
    pause(game)
    match(game, map(0))
  },
  'a crash in round 1': (game, map) => {
    game.play({ ...round1(game, map(0)), ending: 'crashed' })
    match(game, map(0))
  },
  'a crash in round 2': (game, map) => {
    game.play(round1(game, map(0)))
    pause(game)
    game.play({ ...round2(game, map(0)), ending: 'crashed' })
    match(game, map(1))
  },
  'eighty minutes inside a map': (game, map) => {
    game.play(round1(game, map(0)))
    game.wait(80 * 60)
    game.play(round2(game, map(0)))
  },
  'left in warm-up': (game, map) => {
    game.leaveInWarmUp(map(0))
    pause(game)
    match(game, map(1))
  },
  'two bots of one name': (game, map) => {
    game.join({ guid: 'OMNIBOT01', name: '^o[BOT]^7vid', taste: 1 }, 'A')
    game.join({ guid: 'OMNIBOT02', name: '^o[BOT]^7vid', taste: 2 }, 'B')
    match(game, map(0))
    game.leave('OMNIBOT01')
    game.leave('OMNIBOT02')
  },
  'somebody alive for longer than there (#1381)': (game, map) => {
    const ghost = { ...newcomer(game), aliveTooLong: true }
    game.join(ghost, 'A')
    match(game, map(0))
    game.leave(ghost.guid)
  },
} satisfies Record<string, Scene>

export type SceneName = keyof typeof SCENES
export const SCENE_NAMES = Object.keys(SCENES) as SceneName[]

function withBug(game: GameServer, bugs: Partial<GameServer['bugs']>, play: () => void): void {
  const before = game.bugs
  game.bugs = { ...before, ...bugs }
  play()
  game.bugs = before
}

/** Somebody leaves after round 1, and a newcomer gets his slot, with the counters in it. */
function replaceOne(game: GameServer, map: string): void {
  withBug(game, { slotsKeepCounters: true }, () => {
    const leaver = game.random.pick(game.present())
    game.leave(leaver.fighter.guid)
    game.join(newcomer(game), leaver.lineUp)
    pause(game)
    game.play(round2(game, map))
  })
}

function match(game: GameServer, map: string): void {
  game.play(round1(game, map))
  comeAndGo(game)
  pause(game)
  game.play(round2(game, map))
}

function pause(game: GameServer): void {
  game.wait(game.random.int(25, 240))
}

function round1(game: GameServer, map: string): RoundPlan {
  const { random } = game
  const limit = 60 * random.pick([8, 10, 12])
  const ending = random.pick(['completed', 'completed', 'held', 'surrendered'] as const)
  const seconds = random.int(90, limit - 30)
  return {
    map,
    round: 1,
    limit,
    seconds,
    ending,
    moments: moments(game, ending === 'held' ? limit : seconds),
  }
}

/** Held, or faster than round 1; who cannot win gives up long before the end. */
function round2(game: GameServer, map: string): RoundPlan {
  const { random, toBeat } = game
  const ending = random.pick(['completed', 'held', 'held', 'surrendered'] as const)
  const seconds = random.int(60, Math.max(toBeat - 20, 61))
  return { map, round: 2, seconds, ending, moments: moments(game, ending === 'held' ? toBeat : seconds) }
}

function brokenOff(game: GameServer, map: string, round: 1 | 2): RoundPlan {
  const longest = round === 1 ? 250 : Math.max(game.toBeat - 20, 41)
  return { map, round, seconds: game.random.int(40, longest), limit: 720, ending: 'broken_off' }
}

/** Somebody comes late, leaves early, or loses his connection. */
function moments(game: GameServer, lasts: number): Moment[] {
  const { random } = game
  if (game.bugs.slotsKeepCounters || !random.chance(0.5)) return []
  const second = random.int(10, Math.max(lasts - 35, 11))
  const [someone] = random.shuffled(game.present())
  if (!someone) return []
  const { guid } = someone.fighter
  return [
    random.pick([
      { second, happens: (at: GameServer) => at.join(newcomer(at), someone.lineUp) },
      { second, happens: (at: GameServer) => at.leave(guid) },
      { second, happens: (at: GameServer) => at.reconnect(guid) },
    ]),
  ]
}

/** Between the rounds: a change of name, a new connection, somebody new. */
function comeAndGo(game: GameServer): void {
  const { random } = game
  // A bot has no name but its own.
  const people = game.present().filter(({ fighter }) => !fighter.guid.startsWith('OMNIBOT'))
  const [someone] = random.shuffled(people)
  if (!someone || !random.chance(0.4)) return
  const { guid, name } = someone.fighter
  if (game.bugs.slotsKeepCounters) return
  random.pick([
    () => game.rename(guid, `${name}^9!`),
    () => game.reconnect(guid),
    () => {
      game.leave(guid)
      game.join(newcomer(game), someone.lineUp)
    },
  ])()
}

function newcomer(game: GameServer): Fighter {
  const number = game.random.int(0x10000000, 0x7fffffff)
  const guid = number.toString(16).toUpperCase().padStart(8, '0')
  return { guid: `${guid}${'F'.repeat(24)}`, name: `new ${guid}`, taste: game.random.int(0, 3) }
}
