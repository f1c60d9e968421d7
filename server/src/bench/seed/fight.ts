import type { Random } from './random.ts'
import type { Person } from './roster.ts'

/** Somebody in a round, on a side: 1 Axis, 2 Allies. */
export interface Fighter {
  person: Person
  name: string
  side: 1 | 2
}

/** Hits, shots, kills, deaths, headshots. */
export type Cell = [hits: number, shots: number, kills: number, deaths: number, headshots: number]

/** What one player did in one round. Seconds and counts. */
export interface Deeds {
  fighter: Fighter
  secondsOnTeam: number
  secondsAlive: number
  /** By weapon index. */
  cells: Map<number, Cell>
  /** By position among the values of a player line; what is absent is 0. */
  values: Map<number, number>
  /** Kills by victim. */
  victims: Map<Deeds, number>
}

const W = {
  knife: 0,
  mp40: 4,
  thompson: 5,
  panzerfaust: 8,
  grenade: 11,
  dynamite: 14,
  airstrike: 15,
  syringe: 27,
}
const PISTOL = { 1: 2, 2: 3 } as const
const RIFLE_GRENADE = 18
/** Kills a minute of an average player. */
const KILLS_PER_MINUTE = 1.1
const HP = 130

/** A round of `seconds` between the two sides: every kill is somebody's death, all damage is somebody's. */
export function fight(random: Random, fighters: readonly Fighter[], seconds: number): Deeds[] {
  const all = fighters.map(fighter => begin(random, fighter, seconds))
  for (const attacker of all) {
    const others = all.filter(other => other.fighter.side !== attacker.fighter.side)
    for (const victim of others) meet(random, attacker, victim, seconds / 60 / others.length)
  }
  for (const deeds of all) conclude(random, deeds)
  return all
}

function begin(random: Random, fighter: Fighter, seconds: number): Deeds {
  const isLate = random.chance(0.04)
  return {
    fighter,
    secondsOnTeam: isLate ? Math.floor(seconds * (0.4 + 0.5 * random.next())) : seconds,
    secondsAlive: 0,
    cells: new Map(),
    values: new Map(),
    victims: new Map(),
  }
}

function meet(random: Random, attacker: Deeds, victim: Deeds, minutes: number): void {
  const mean = (KILLS_PER_MINUTE * minutes * attacker.fighter.person.skill) / victim.fighter.person.skill
  const kills = random.times(mean)
  for (let kill = 0; kill < kills; kill += 1) {
    const weapon = chooseWeapon(random, attacker.fighter.side)
    cellOf(attacker, weapon)[2] += 1
    cellOf(victim, weapon)[3] += 1
  }
  if (kills > 0) attacker.victims.set(victim, kills)
  const damage = kills * HP + random.int(0, 60)
  add(attacker, 0, damage)
  add(victim, 1, damage)
  if (kills > 2 && random.chance(0.1)) add(attacker, 29 + Math.min(4, random.times(0.4)), 1)
}

function chooseWeapon(random: Random, side: 1 | 2): number {
  const chance = random.next()
  if (chance < 0.78) return side === 1 ? W.mp40 : W.thompson
  if (chance < 0.87) return W.grenade
  if (chance < 0.91) return PISTOL[side]
  if (chance < 0.94) return W.panzerfaust
  if (chance < 0.96) return RIFLE_GRENADE
  if (chance < 0.98) return W.airstrike
  return chance < 0.99 ? W.dynamite : W.knife
}

/** What follows from kills and deaths, or goes on beside them. */
function conclude(random: Random, deeds: Deeds): void {
  const { side, person } = deeds.fighter
  for (const weapon of [side === 1 ? W.mp40 : W.thompson, PISTOL[side], W.grenade]) cellOf(deeds, weapon)
  const [kills, deaths] = [sum(deeds, 2), sum(deeds, 3)]
  for (const weapon of OCCASIONAL) if (random.chance(0.35)) cellOf(deeds, weapon)
  for (const [weapon, cell] of deeds.cells) shoot(random, weapon, cell, person.skill)
  const revives = random.chance(0.5) ? random.times(5) : 0
  if (revives > 0) deeds.cells.set(W.syringe, [revives, revives + random.int(0, 3), 0, 0, 0])
  const secondsDead = Math.min(deaths * 14, Math.floor(deeds.secondsOnTeam * 0.7))
  deeds.secondsAlive = deeds.secondsOnTeam - secondsDead
  const set = (index: number, value: number) => deeds.values.set(index, value)
  set(4, random.times(kills * 0.2))
  set(5, random.times(1))
  set(6, random.times(0.2))
  set(9, kills * 3 + revives * 2 + random.int(0, 20))
  set(10, kills < 3 ? 0 : Math.min(kills, 3 + random.times(1.5)))
  set(11, deaths < 3 ? 0 : Math.min(deaths, 3 + random.times(1)))
  for (const [index, mean] of RARE) set(index, random.times(mean))
  set(14, random.times(kills * 0.2))
  set(28, kills * random.int(5, 14))
  set(37, revives)
}

/** Fired by some in a round, whether they hit or not. */
const OCCASIONAL = [W.knife, W.panzerfaust, W.dynamite, W.airstrike, RIFLE_GRENADE]

/** Assists, steals, objectives, dynamites, times revived, useful and useless kills, self kills, constructions. */
const RARE = [
  [12, 3],
  [13, 2],
  [15, 0.15],
  [16, 0.1],
  [17, 0.3],
  [18, 0.15],
  [19, 2],
  [27, 3],
  [34, 1],
  [35, 0.3],
  [36, 0.5],
] as const

function shoot(random: Random, weapon: number, cell: Cell, skill: number): void {
  const isAimed = weapon === W.mp40 || weapon === W.thompson || weapon === PISTOL[1] || weapon === PISTOL[2]
  const hits = cell[2] * (isAimed ? 5 : 1) + random.int(0, isAimed ? 30 : 2)
  cell[0] = hits
  cell[1] = Math.max(hits, Math.ceil(hits / (isAimed ? 0.22 + 0.14 * skill : 0.4)))
  cell[4] = isAimed ? Math.floor(hits * 0.2 * random.next()) : 0
}

function cellOf({ cells }: Deeds, weapon: number): Cell {
  const known = cells.get(weapon)
  if (known) return known
  const cell: Cell = [0, 0, 0, 0, 0]
  cells.set(weapon, cell)
  return cell
}

function add({ values }: Deeds, index: number, amount: number): void {
  values.set(index, (values.get(index) ?? 0) + amount)
}

function sum({ cells }: Deeds, position: 2 | 3): number {
  return [...cells.values()].reduce((total, cell) => total + cell[position], 0)
}
