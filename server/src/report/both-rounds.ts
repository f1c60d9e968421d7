import { VALUE_COLUMNS } from '../parse/columns.ts'
import type { PlayerLine } from '../parse/player-line.ts'
import { parseRoundFile } from '../parse/round-file.ts'
import { SYRINGE } from '../parse/weapons.ts'
import { percentOf } from './figures.ts'
import { killsPerDeath } from './forms.ts'
import type { Figures } from './metrics-table.ts'
import { shownName, shownText } from './shown-name.ts'

/** The figures that a script counts on from round 1 into round 2; all others begin anew, and would be round 2's alone. */
export const TOGETHER = [
  ...(['kills', 'deaths', 'kd', 'gibs', 'damageGiven', 'damageReceived', 'accuracy', 'headshots'] as const),
  'secondsPlayed',
] as const

/** One player's figures over round 1 AND round 2, as the file of a round 2 without its round 1 states them. */
export interface TogetherPlayer extends Pick<Figures, (typeof TOGETHER)[number]> {
  guid: string
  name: string
  colouredName: string
  isBot: boolean
  team: null
}

export interface BothRounds {
  axis: TogetherPlayer[]
  allies: TogetherPlayer[]
  spectators: TogetherPlayer[]
}

/**
 * What the kept bytes of a round 2 that waits count over both rounds of its map. It is read for the one page that says
 * so, and stored nowhere: taken for a round's own figures, it would make records that nobody has set. Null: the bytes
 * are not valid for this version.
 */
export function bothRounds(content: Buffer): BothRounds | null {
  const parsed = parseRoundFile(content)
  if (parsed.kind !== 'round') return null
  const on = (isOn: (team: number) => boolean) =>
    parsed.file.players
      .filter(({ team }) => isOn(team))
      .map(togetherOf)
      .sort((a, b) => b.kills - a.kills || a.deaths - b.deaths || (a.guid < b.guid ? -1 : 1))
  return {
    axis: on(team => team === 1),
    allies: on(team => team === 2),
    spectators: on(team => team !== 1 && team !== 2),
  }
}

function togetherOf(line: PlayerLine): TogetherPlayer {
  const { guid8, cleanName, name, isBot, weapons } = line
  const cells = [...weapons].map(([, cell]) => cell)
  const aimed = [...weapons].filter(([index]) => index !== SYRINGE).map(([, cell]) => cell)
  const sum = (of: typeof cells, what: keyof (typeof cells)[number]) =>
    of.reduce((total, cell) => total + cell[what], 0)
  const [kills, deaths] = [sum(cells, 'kills'), sum(cells, 'deaths')]
  const minutes = valueNamed(line, 'minutes on a team')
  return {
    guid: guid8,
    name: shownName(cleanName, guid8),
    colouredName: shownText(name),
    isBot,
    team: null,
    kills,
    deaths,
    kd: killsPerDeath({ kills, deaths }),
    gibs: valueNamed(line, 'gibs'),
    damageGiven: valueNamed(line, 'damage given'),
    damageReceived: valueNamed(line, 'damage received'),
    accuracy: percentOf(sum(aimed, 'hits'), sum(aimed, 'shots')),
    headshots: sum(aimed, 'headshots'),
    secondsPlayed: minutes === null ? null : minutes * 60,
  }
}

/** By its name in the table of values. */
function valueNamed({ values }: PlayerLine, name: string): number | null {
  const column = VALUE_COLUMNS.find(each => each.name === name)
  return column === undefined ? null : (values[column.index] ?? null)
}
