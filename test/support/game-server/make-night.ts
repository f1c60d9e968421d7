import type { Fighter } from './client.ts'
import { fighter } from './fighter.ts'
import { GameServer } from './game-server.ts'
import type { Night } from './night-file.ts'
import { SCENE_NAMES, SCENES, type SceneName } from './scenes.ts'
import { SCRIPT_NAMES, type ScriptName } from './scripts.ts'

export interface NightOptions {
  /** Default: one of the six, by the seed. */
  script?: ScriptName
  /** What is played, in order. Default: some of everything, by the seed. */
  scenes?: readonly SceneName[]
  /** How many scenes, where they are not given. */
  length?: number
  zone?: string
  start?: Date
  /** Persons. */
  fighters?: number
}

/**
 * A game night by its seed: the files as a server wrote them, and what is true of each. Pure; the same seed and options
 * give the same bytes. Scenes are drawn from all that engines, scripts and people do, so neighbours mix. A night in
 * which chance made something that no file can tell (say counters that begin anew and are all higher than before, in a
 * round whose length is not written) is played again with other dice.
 */
export function makeNight(seed: number, options: NightOptions = {}): Night {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const game = playNight(seed * 1009 + attempt, options)
    if (game.isClear) return game.night
  }
  throw new Error(`No night of seed ${seed} can be told from its files: ${JSON.stringify(options)}`)
}

function playNight(seed: number, options: NightOptions): GameServer {
  const { zone = 'Europe/Ljubljana', start = new Date('2026-06-05T19:40:00Z') } = options
  const script = options.script ?? SCRIPT_NAMES[Math.floor(seed / 1009) % SCRIPT_NAMES.length] ?? 'c0rnp0rn8'
  const game = new GameServer({ zone, seed, script, start })
  const count = options.fighters ?? game.random.int(5, 8)
  const regulars = Array.from({ length: count }, (_, index) => fighter(index))
  const scenes =
    options.scenes ?? Array.from({ length: options.length ?? 5 }, () => game.random.pick(SCENE_NAMES))
  const maps = game.random.shuffled(MAPS)
  for (const [index, scene] of scenes.entries()) {
    const map = (at: number) => maps[(2 * index + at) % maps.length] ?? 'supply'
    game.night.story.push(`— ${scene}`)
    gather(game, regulars)
    SCENES[scene](game, map)
    game.wait(game.random.int(60, 300))
  }
  return game
}

/** Who left comes back, and who only looked in is gone. */
function gather(game: GameServer, regulars: readonly Fighter[]): void {
  const isRegular = (guid: string) => regulars.some(regular => regular.guid === guid)
  for (const { fighter } of [...game.present()]) {
    if (!isRegular(fighter.guid)) game.leave(fighter.guid)
  }
  const present = new Set(game.present().map(client => client.fighter.guid))
  for (const [index, regular] of regulars.entries()) {
    if (!present.has(regular.guid)) game.join(regular, index % 2 === 0 ? 'A' : 'B')
  }
}

const MAPS = [
  ...['supply', 'te_escape2', 'sw_goldrush_te', 'etl_adlernest', 'etl_frostbite', 'braundorf_b4'],
  ...['erdenberg_t2', 'et_brewdog', 'radar', 'etl_sp_delivery', 'karsiah_te2', 'missile-round-b3'],
]
