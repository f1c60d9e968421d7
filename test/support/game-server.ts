import { Temporal } from 'temporal-polyfill'
import { WEAPON_BITS } from './weapon-bits.ts'

/**
 * A game server in small: it keeps counters as the engine does and writes files as c0rnp0rn8 does, so that every true
 * figure of every round is known. It shares no code with the product.
 */

export interface Fighter {
  guid: string
  name: string
  team: 1 | 2
  /** Milliseconds after the start; default: there from the beginning. */
  joinsAfter?: number
}

/** Hits, shots, kills, deaths, headshots. */
type Cells = [number, number, number, number, number]

interface Counters {
  rounds: number
  /** v0 to v7, all cumulative. */
  damage: number[]
  weapons: Map<number, Cells>
  teamMs: number
  aliveMs: number
}

export interface TrueRow {
  file: string
  name: string
  guid: string
  kills: number
  deaths: number
  damageGiven: number
  damageReceived: number
  shots: number
  xp: number
  teamMs: number
  weapons: Record<string, { hits: number; shots: number; kills: number; deaths: number; headshots: number }>
}

export interface WrittenFile {
  name: string
  content: Buffer
  /** Absolute; the file's modification time. */
  writtenAt: Date
  truth: TrueRow[]
}

interface RoundPlan {
  map: string
  round: 1 | 2
  fighters: Fighter[]
  /** When the round begins, UTC. */
  startsAt: Date
  seconds: number
  /** Seconds; the map's limit in round 1, the time to beat in round 2. */
  limit: number
  attackersWin: boolean
  /** `map X` in mid-round: the file says round 2 and a negative play time. */
  aborted?: boolean
  /** Header value 7 as nonsense: everybody was ready within 3 s. */
  quickExit?: boolean
  defender?: 1 | 2
}

export class GameServerSimulator {
  private readonly counters = new Map<string, Counters>()
  private readonly timezone: string
  private readonly random: () => number

  constructor(timezone: string, seed: number) {
    this.timezone = timezone
    this.random = mulberry32(seed)
  }

  /** A new match begins (or the server was restarted): the engine forgets all counters. */
  forget(...guids: string[]): void {
    if (guids.length === 0) this.counters.clear()
    for (const key of [...this.counters.keys()])
      if (guids.some(guid => key.startsWith(guid))) this.counters.delete(key)
  }

  play(plan: RoundPlan): WrittenFile {
    const before = new Map<string, Counters>()
    for (const fighter of plan.fighters) {
      const key = keyOf(fighter)
      const known = this.counters.get(key)
      before.set(key, known ? clone(known) : emptyCounters())
      if (known) known.rounds += 1
      else this.counters.set(key, emptyCounters())
    }
    this.fight(plan)

    const endedAt = new Date(plan.startsAt.getTime() + plan.seconds * 1000)
    const writtenAt = new Date(endedAt.getTime() + (plan.aborted ? 0 : 3000))
    const writtenRound = plan.aborted ? 2 : plan.round
    const name = `${this.stamp(writtenAt)}-${plan.map}-round-${writtenRound}.txt`
    const xp = new Map(plan.fighters.map(fighter => [keyOf(fighter), this.int(120)]))
    const lines = plan.fighters.map(fighter => this.line(fighter, xp.get(keyOf(fighter)) ?? 0, plan))
    const content = Buffer.from(
      `${[this.header(plan, writtenRound), ...shuffle(lines, this.random)].join('\n')}\n`,
    )
    const truth = plan.fighters.map(fighter => this.truth(name, fighter, before, xp.get(keyOf(fighter)) ?? 0))
    return { name, content, writtenAt, truth }
  }

  private fight({ fighters, seconds }: RoundPlan): void {
    for (const fighter of fighters) {
      const own = this.of(fighter)
      const present = seconds * 1000 - (fighter.joinsAfter ?? 0)
      own.teamMs += present
      own.aliveMs += Math.round(present * (0.5 + this.random() / 2))
      const gun = fighter.team === 1 ? 4 : 5
      add(own, gun, [this.int(60), 60 + this.int(200), 0, 0, 0])
      add(own, gun, [0, 0, 0, 0, this.int(15)])
      if (this.int(3) === 0) add(own, 27, [this.int(5), 5, 0, 0, 0])
      for (const index of [2, 3, 4, 5, 6]) own.damage[index] = (own.damage[index] ?? 0) + this.int(3)
    }
    const sides = [1, 2].map(team => fighters.filter(fighter => fighter.team === team))
    const [axis = [], allies = []] = sides
    if (axis.length === 0 || allies.length === 0) return
    for (let fight = 0; fight < 10 + this.int(40); fight += 1) {
      const [killers, victims] = this.int(2) === 0 ? [axis, allies] : [allies, axis]
      const killer = killers[this.int(killers.length)]
      const victim = victims[this.int(victims.length)]
      if (!killer || !victim) continue
      const gun = [killer.team === 1 ? 4 : 5, 11, 3][this.int(3)] ?? 4
      const damage = 40 + this.int(100)
      add(this.of(killer), gun, [1, 1, 1, 0, 0])
      add(this.of(victim), gun, [0, 0, 0, 1, 0])
      this.of(killer).damage[0] = (this.of(killer).damage[0] ?? 0) + damage
      this.of(victim).damage[1] = (this.of(victim).damage[1] ?? 0) + damage
    }
  }

  private header(plan: RoundPlan, writtenRound: 1 | 2): string {
    const defender = plan.defender ?? 1
    const winner = plan.aborted ? 0 : plan.attackersWin ? 3 - defender : defender
    const next = plan.aborted || plan.quickExit ? 4265 : plan.attackersWin ? plan.seconds : plan.limit
    const played = plan.aborted ? -Math.round(plan.startsAt.getTime() / 1000) : plan.seconds * 1000 - 675
    return [
      '^1A ^7server',
      plan.map,
      'legacy3',
      writtenRound,
      defender,
      winner,
      clock(plan.limit),
      clock(next),
      played,
    ].join('\\')
  }

  private line(fighter: Fighter, xp: number, plan: RoundPlan): string {
    const { rounds, damage, weapons, teamMs, aliveMs } = this.of(fighter)
    const used = [...weapons].filter(([, cells]) => cells.some(cell => cell > 0)).sort(([a], [b]) => a - b)
    const mask = used.reduce((bits, [bit]) => bits + 2 ** bit, 0)
    const sum = (at: number) => used.reduce((total, [, cells]) => total + (cells[at] ?? 0), 0)
    const deaths = sum(3)
    const dead = Math.round(plan.seconds * 100)
    const values: (number | string)[] = new Array(38).fill(0)
    for (const [index, value] of damage.entries()) values[index] = value
    values[8] = ((100 * aliveMs) / Math.max(teamMs, 1)).toFixed(1)
    values[9] = xp
    values[20] = sum(1)
    values[21] = '0.0'
    values[22] = (teamMs / 60_000).toFixed(1)
    const tank = (damage[1] ?? 0) / Math.max(deaths, 1) / 130
    values[23] = tank > 3 ? tank.toFixed(1) : '0.0'
    values[24] = ((100 * dead) / Math.max(teamMs, 1)).toFixed(1)
    values[25] = (dead / 60_000).toFixed(1)
    values[26] = (deaths > 0 ? sum(2) / deaths : sum(2)).toFixed(1)
    const cells = used.map(([, each]) => `${each.join(' ')} `).join('')
    const guid8 = fighter.guid.slice(0, 8)
    return `${guid8}\\${fighter.name}\\${rounds}\\${fighter.team}\\${mask} ${cells}\t${values.join('\t')}`
  }

  private truth(file: string, fighter: Fighter, before: Map<string, Counters>, xp: number): TrueRow {
    const now = this.of(fighter)
    const then = before.get(keyOf(fighter)) ?? emptyCounters()
    const weapons: TrueRow['weapons'] = {}
    let [kills, deaths, shots] = [0, 0, 0]
    for (const [bit, cells] of now.weapons) {
      const own = cells.map((cell, at) => cell - (then.weapons.get(bit)?.[at] ?? 0))
      kills += own[2] ?? 0
      deaths += own[3] ?? 0
      shots += own[1] ?? 0
      if (own.every(cell => cell === 0)) continue
      weapons[WEAPON_BITS[bit] ?? ''] = {
        hits: own[0] ?? 0,
        shots: own[1] ?? 0,
        kills: own[2] ?? 0,
        deaths: own[3] ?? 0,
        headshots: own[4] ?? 0,
      }
    }
    return {
      file,
      name: fighter.name,
      guid: fighter.guid.slice(0, 8),
      kills,
      deaths,
      damageGiven: (now.damage[0] ?? 0) - (then.damage[0] ?? 0),
      damageReceived: (now.damage[1] ?? 0) - (then.damage[1] ?? 0),
      shots,
      xp,
      teamMs: now.teamMs - then.teamMs,
      weapons,
    }
  }

  private of(fighter: Fighter): Counters {
    const known = this.counters.get(keyOf(fighter))
    if (!known) throw new Error(`${fighter.name} is not on the server`)
    return known
  }

  private int(below: number): number {
    return Math.floor(this.random() * below)
  }

  private stamp(at: Date): string {
    const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(this.timezone)
    const pad = (value: number) => String(value).padStart(2, '0')
    return `${local.toPlainDate()}-${pad(local.hour)}${pad(local.minute)}${pad(local.second)}`
  }
}

function keyOf(fighter: Fighter): string {
  return fighter.guid
}

function emptyCounters(): Counters {
  return { rounds: 0, damage: new Array(8).fill(0), weapons: new Map(), teamMs: 0, aliveMs: 0 }
}

function clone(counters: Counters): Counters {
  return {
    ...counters,
    damage: [...counters.damage],
    weapons: new Map([...counters.weapons].map(([bit, cells]) => [bit, [...cells] as Cells])),
  }
}

function add(counters: Counters, bit: number, cells: Cells): void {
  const known = counters.weapons.get(bit) ?? [0, 0, 0, 0, 0]
  counters.weapons.set(bit, known.map((cell, at) => cell + (cells[at] ?? 0)) as Cells)
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function shuffle<T>(values: T[], random: () => number): T[] {
  return values
    .map(value => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}

/** A small seeded generator: the same seed gives the same evening. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
