import type { Moment } from './engine.ts'
import { fighter } from './fighter.ts'
import { GameServer, type GameServerOptions } from './game-server.ts'
import type { Night, NightFile } from './night-file.ts'

/** A game server with `count` persons on it, in two line-ups. */
export function openGame({
  count = 4,
  ...options
}: Partial<GameServerOptions> & { count?: number }): GameServer {
  const game = new GameServer({
    ...{ zone: 'Europe/Ljubljana', seed: 1, script: 'c0rnp0rn8', start: new Date('2026-02-03T20:00:00Z') },
    ...options,
  })
  for (let index = 0; index < count; index += 1) game.join(fighter(index), index % 2 === 0 ? 'A' : 'B')
  return game
}

export interface MatchPlan {
  map: string
  /** Seconds. Below the limit the attackers win; at the limit they are held. */
  limit?: number
  round1Seconds?: number
  /** Below round 1's the attackers win; at it they are held. */
  round2Seconds?: number
  gapMinutes?: number
  isQuickExit?: boolean
  /** Between the rounds. */
  between?: () => void
  moments2?: Moment[]
}

/** Both rounds of a map to the plan; returns their files. */
export function playMatch(game: GameServer, plan: MatchPlan): [NightFile, NightFile] {
  const { map, limit = 720, round1Seconds = 400, round2Seconds = 350, isQuickExit = false } = plan
  const ending = (isWon: boolean) => (isWon ? 'completed' : 'held')
  const round1 = playRound(game, () =>
    game.play({
      ...{ map, round: 1, limit, seconds: round1Seconds, isQuickExit },
      ending: ending(round1Seconds < limit),
    }),
  )
  plan.between?.()
  game.wait(60 * (plan.gapMinutes ?? 3))
  const round2 = playRound(game, () =>
    game.play({
      ...{ map, round: 2, seconds: round2Seconds, moments: plan.moments2 ?? [] },
      ending: ending(round2Seconds < round1Seconds),
    }),
  )
  return [round1, round2]
}

/** Plays, and returns the file that the script wrote of it. */
export function playRound(game: GameServer, play: () => void): NightFile {
  const { files } = game.night
  const before = files.length
  play()
  const file = files[before]
  if (!file) throw new Error('the script wrote no file')
  return file
}

/** What is true of these files alone. */
export function truthOf(game: GameServer, files: readonly { name: string }[]): Pick<Night, 'rounds'> {
  const names = new Set(files.map(file => file.name))
  return { rounds: game.night.rounds.filter(round => names.has(round.file)) }
}
