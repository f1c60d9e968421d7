import { addUp } from './add-up.ts'
import type { GameEvent } from './client.ts'
import { CELLS, ENGINE_VALUES, SCRIPT_VALUES, sumOfCells, type Tally, WEAPONS } from './figures.ts'
import type { TruePlayer, TrueRound } from './night-file.ts'
import type { Script } from './scripts.ts'
import type { KeptLine } from './stats-script.ts'

export interface PlayedRound {
  events: readonly GameEvent[]
  lines: readonly KeptLine[]
  script: Script
  /** Sessions that took over somebody's counters with his slot. */
  heirs: ReadonlySet<number>
  startedAt: number
  endedAt: number
  truth: Omit<TrueRound, 'players' | 'secondsTolerance'>
  /** The header states how long it lasted. */
  isLengthStated: boolean
  /** How long all that the counters span lasted before. */
  msBefore: number
}

/** Half a step of v22 (6 s), and a whole one for a difference of two. */
const STEP = { direct: 3.1, difference: 6.1 }

export function trueRound(played: PlayedRound): TrueRound {
  const { truth, script, isLengthStated } = played
  const hasMinutes = script.values.includes(22)
  const step = truth.countsOn === null ? STEP.direct : STEP.difference
  const byPlayers = hasMinutes ? step : null
  const tallies = addUp(played.events, played.lines)
  return {
    ...truth,
    secondsTolerance: isLengthStated ? 1 : byPlayers,
    players: played.lines.map(line => truePlayer(played, line, tallies.get(line) ?? new Map(), byPlayers)),
  }
}

function truePlayer(played: PlayedRound, line: KeptLine, tally: Tally, byPlayers: number | null): TruePlayer {
  const { script, heirs, startedAt, endedAt, isLengthStated, msBefore } = played
  const get = (figure: string) => tally.get(figure) ?? 0
  const teamMs = get('team_ms')
  const wasThere = teamMs >= endedAt - startedAt - 1
  const secondsTolerance = byPlayers !== null && wasThere && isLengthStated ? 1 : byPlayers
  const written = new Set(script.values)
  const figures: TruePlayer['figures'] = Object.fromEntries(ENGINE_VALUES.map(name => [name, get(name)]))
  for (const [index, name] of SCRIPT_VALUES) figures[name] = written.has(index) ? get(name) : null
  // The syringe's hits are the revives; all shots are the bullets.
  figures.revives_given = get('revives_given')
  figures.bullets_fired = sumOfCells(tally, 'shots')
  for (const cell of ['kills', 'deaths', 'headshots'] as const) figures[cell] = sumOfCells(tally, cell)
  if (line.deniesByClock) figures.denied_playtime = null
  return {
    guid: line.fighter.guid.slice(0, 8),
    name: line.fighter.name,
    team: line.side,
    figures,
    weapons: weapons(tally),
    teamMs,
    aliveMs: line.fighter.aliveTooLong ? null : get('alive_ms'),
    secondsTolerance,
    shareTolerance: secondsTolerance === null ? null : shareTolerance(teamMs, msBefore, secondsTolerance),
    mayBeLeftOut: heirs.has(line.client.session),
  }
}

function weapons(tally: Tally): TruePlayer['weapons'] {
  const used: TruePlayer['weapons'] = {}
  for (const weapon of WEAPONS) {
    const [hits = 0, shots = 0, kills = 0, deaths = 0, headshots = 0] = CELLS.map(cell =>
      Math.max(tally.get(`${weapon}.${cell}`) ?? 0, 0),
    )
    if (hits + shots + kills + deaths + headshots > 0)
      used[weapon] = { hits, shots, kills, deaths, headshots }
  }
  return used
}

/**
 * v8 is rounded to 0.1 % of all the time that it spans, which this round's share magnifies; and where an earlier part
 * is taken off, an error of either length moves the share by as much as the two parts differ.
 */
function shareTolerance(teamMs: number, msBefore: number, seconds: number): number {
  const own = Math.max(teamMs / 1000, 1)
  const before = msBefore / 1000
  const rounding = 0.15 + (0.05 * (2 * before + own)) / own
  return before === 0 ? rounding : rounding + 60 * (STEP.direct / (before + own) + seconds / own)
}
