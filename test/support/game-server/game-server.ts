import { ClearNight } from './clear-night.ts'
import type { Client, Fighter, GameEvent } from './client.ts'
import { countsOn, type EngineBugs, type LastRound, NO_BUGS, type RoundPlan } from './engine.ts'
import { fightOneSecond } from './fight.ts'
import { add, isKeptByScript } from './figures.ts'
import { fileName } from './file-name.ts'
import { headerLine } from './header-line.ts'
import type { Night, Outcome } from './night-file.ts'
import { Random } from './random.ts'
import { SCRIPTS, type Script, type ScriptName } from './scripts.ts'
import { type KeptLine, StatsScript } from './stats-script.ts'
import { trueRound } from './true-round.ts'

/** A round that has ended. */
interface Played {
  plan: RoundPlan
  ending: Outcome
  limit: number
  startedAt: number
  endedAt: number
  script: StatsScript
  base: LastRound | null
}

export interface GameServerOptions {
  zone: string
  seed: number
  script: ScriptName
  start: Date
}

/**
 * A stopwatch game server in small: it keeps clients in slots and counters in clients, as the engine does, and a script
 * writes files of them, as it does, so that every true figure of every round is known. It shares no code with the
 * product.
 */
export class GameServer {
  readonly night: Night = { files: [], rounds: [], copies: [], story: [] }
  readonly random: Random
  bugs: EngineBugs = NO_BUGS
  /** Milliseconds since 1970. */
  now: number
  private readonly clear: ClearNight
  private readonly script: Script
  private readonly zone: string
  private readonly clients: Client[] = []
  /** Counters that a leaver left in his slot. */
  private readonly leftInSlot = new Map<number, Pick<Client, 'counters' | 'rounds'>>()
  private readonly heirs = new Set<number>()
  private events: GameEvent[] = []
  private running: StatsScript | null = null
  private last: LastRound | null = null
  private round: 1 | 2 = 1
  private sessions = 0
  private target = 0

  constructor({ zone, seed, script, start }: GameServerOptions) {
    this.zone = zone
    this.random = new Random(seed)
    this.script = SCRIPTS[script]
    this.now = start.getTime()
    this.clear = new ClearNight(this.script)
  }

  wait(seconds: number): void {
    this.now += Math.round(seconds * 1000)
  }

  join(fighter: Fighter, lineUp: 'A' | 'B'): void {
    const taken = new Set(this.clients.map(client => client.slot))
    let slot = 0
    while (taken.has(slot)) slot += 1
    const left = this.bugs.slotsKeepCounters ? this.leftInSlot.get(slot) : undefined
    this.sessions += 1
    if (left) this.heirs.add(this.sessions)
    this.leftInSlot.delete(slot)
    this.clients.push({
      ...{ session: this.sessions, fighter, slot, lineUp, side: this.sideOf(lineUp), health: 130 },
      ...{ counters: left?.counters ?? new Map(), rounds: left?.rounds ?? 0 },
      ...{ diedAt: null, respawnsAt: 0, killsInARow: 0, deathsInARow: 0 },
    })
  }

  leave(guid: string): void {
    const at = this.clients.findIndex(client => client.fighter.guid === guid)
    const [client] = at < 0 ? [] : this.clients.splice(at, 1)
    if (client && this.bugs.slotsKeepCounters) this.leftInSlot.set(client.slot, client)
  }

  /** Whether anybody could tell from the files what each counts on from. */
  get isClear(): boolean {
    return this.clear.isClear
  }

  present(): readonly Client[] {
    return this.clients
  }

  /** Seconds that round 2 has. */
  get toBeat(): number {
    return this.target
  }

  /** Whoever comes back is somebody new to the engine. */
  reconnect(guid: string): void {
    const client = this.clients.find(each => each.fighter.guid === guid)
    if (!client) return
    this.leave(guid)
    this.leftInSlot.delete(client.slot)
    this.join(client.fighter, client.lineUp)
  }

  rename(guid: string, name: string): void {
    for (const client of this.clients)
      if (client.fighter.guid === guid) client.fighter = { ...client.fighter, name }
  }

  /** The match is reset: the counters begin anew. */
  resetMatch(): void {
    this.last = null
  }

  play(plan: RoundPlan): void {
    const limit = plan.round === 1 ? (plan.limit ?? 720) : this.target
    const base = this.beginRound(plan)
    const startedAt = this.now
    const lasts = plan.ending === 'held' ? limit : (plan.seconds ?? limit)
    const endedAt = startedAt + lasts * 1000 + this.random.int(0, plan.ending === 'completed' ? 999 : 0)
    const script = new StatsScript(this.script, this.random, startedAt)
    this.running = script
    this.fight(plan, startedAt, endedAt)
    this.running = null
    if (plan.ending === 'crashed') this.crash()
    else this.endRound({ plan, ending: plan.ending, limit, startedAt, endedAt, script, base })
  }

  /** Sides are swapped, and the engine decides whose counters begin anew. */
  private beginRound(plan: RoundPlan): LastRound | null {
    const { last } = this
    const base = last && countsOn(last, plan, this.bugs) ? last : null
    this.round = plan.round
    this.events = []
    if (!base) this.leftInSlot.clear()
    for (const client of this.clients) {
      if (!base) client.counters = new Map()
      // The count of rounds is the map's, whatever the counters do.
      if (!base && last?.map !== plan.map) client.rounds = 0
      client.side = this.sideOf(client.lineUp)
      client.health = 130
      client.diedAt = null
      client.killsInARow = 0
      client.deathsInARow = 0
    }
    return base
  }

  private fight(plan: RoundPlan, startedAt: number, endedAt: number): void {
    const moments = [...(plan.moments ?? [])].sort((a, b) => a.second - b.second)
    for (let second = 0; startedAt + second * 1000 < endedAt; second += 1) {
      const from = startedAt + second * 1000
      const until = Math.min(from + 1000, endedAt)
      while (moments[0] && moments[0].second <= second) moments.shift()?.happens(this)
      this.now = (from + until) / 2
      const happen = (client: Client, figure: string, amount: number) => this.happen(client, figure, amount)
      fightOneSecond({ clients: this.clients, random: this.random, now: this.now, happen })
      for (const client of this.clients) this.passTime(client, until - from)
      this.now = until
      const isLastBefore = (next: number) => moments.some(({ second }) => startedAt + second * 1000 <= next)
      this.running?.snapshotWhenDue(this.clients, until, isLastBefore)
    }
  }

  private happen(client: Client, figure: string, amount: number): void {
    this.events.push({ session: client.session, at: this.now, figure, amount })
    if (isKeptByScript(figure)) this.running?.count(client, figure, amount)
    else add(client.counters, figure, amount)
  }

  private passTime(client: Client, ms: number): void {
    this.happen(client, 'team_ms', ms)
    if (client.diedAt === null) this.happen(client, 'alive_ms', ms)
    else this.running?.count(client, 'dead_ms', ms)
    // #1381: the engine goes on counting him alive.
    if (client.fighter.aliveTooLong)
      add(client.counters, 'alive_ms', client.diedAt === null ? ms / 20 : ms * 1.05)
  }

  private endRound(played: Played): void {
    const { plan, ending, limit, startedAt, endedAt, script, base } = played
    const isBrokenOff = ending === 'broken_off'
    const lastsMs = endedAt - startedAt
    this.target = ending === 'completed' ? Math.floor(lastsMs / 1000) : limit
    const lines = script.finish(this.clients, endedAt)
    if (!isBrokenOff) this.wait(3 + this.random.fraction())
    const facts = { ...plan, ending, limit, lastsMs, isQuickExit: plan.isQuickExit ?? false }
    const header = headerLine({ ...facts, shorterMs: this.random.int(600, 750) }, this.script)
    const file = this.write(plan.map, isBrokenOff ? 2 : plan.round, header, lines)
    const round1 = plan.round === 1 ? file : (this.last?.round1 ?? null)
    const truth = trueRound({
      ...{ events: this.events, lines, script: this.script, heirs: this.heirs, startedAt, endedAt },
      msBefore: base?.spanMs ?? 0,
      truth: {
        ...{ file, outcome: ending, status: isBrokenOff ? 'aborted' : 'complete', seconds: lastsMs / 1000 },
        ...{ countsOn: base?.file ?? null, round1: isBrokenOff ? null : round1, endedAt: new Date(this.now) },
      },
      isLengthStated: this.isLengthStated(plan, ending),
    })
    const spanMs = (base?.spanMs ?? 0) + lastsMs
    this.clear.judge(truth, this.clients, spanMs / 1000, limit)
    this.night.rounds.push(truth)
    const story = `${file}: ${ending} after ${truth.seconds} s, counts on from ${truth.countsOn ?? 'nothing'}`
    this.night.story.push(story)
    if (plan.round === 2 && !isBrokenOff) this.writeAgain(plan.map, header, played)
    for (const client of this.clients) client.rounds += 1
    this.heirs.clear()
    const { map, round } = plan
    this.last = { map, round, ending, file, round1, spanMs, countedOn: base !== null }
  }

  /** By value 8, by the attackers' time, by the limit that was held; a surrender leaves the limit standing. */
  private isLengthStated({ isQuickExit = false }: RoundPlan, ending: Outcome): boolean {
    if (ending === 'broken_off') return false
    return this.script.headerValues === 9 || ending === 'held' || (ending === 'completed' && !isQuickExit)
  }

  private write(map: string, round: 1 | 2, header: string, lines: readonly KeptLine[]): string {
    const name = fileName(this.now, this.zone, map, round)
    const content = Buffer.from(`${[header, ...lines.map(line => line.text)].join('\n')}\n`)
    this.night.files.push({ name, content, modifiedAt: new Date(this.now) })
    return name
  }

  /** The upstream script comes again at the map change, having summed up on. */
  private writeAgain(map: string, header: string, { endedAt, script }: Played): void {
    if (!this.script.writesAtMapChange) return
    this.wait(this.random.int(20, 29))
    for (let snapshot = 0; snapshot < 4; snapshot += 1) script.finish(this.clients, endedAt)
    const again = header.replace(/[^\\]*$/, '0:00')
    this.night.copies.push(this.write(map, 2, again, script.finish(this.clients, endedAt)))
  }

  /** A map that nobody starts: the upstream script leaves a header. */
  leaveInWarmUp(map: string): void {
    this.last = null
    if (!this.script.writesAtMapChange) return
    const header = ['^3The^7Server', map, 'legacy3', 2, 1, 1, '12:00', '0:00'].join('\\')
    const file = this.write(map, 2, header, [])
    this.night.story.push(`${file}: left in warm-up`)
    this.night.rounds.push({
      ...{ file, status: 'aborted', outcome: 'broken_off', seconds: 0, secondsTolerance: null },
      ...{ countsOn: null, round1: null, endedAt: new Date(this.now), players: [] },
    })
  }

  /** The server dies: no file, and everybody is somebody new. */
  private crash(): void {
    this.last = null
    this.heirs.clear()
    this.leftInSlot.clear()
    for (const client of [...this.clients]) this.reconnect(client.fighter.guid)
    this.leftInSlot.clear()
    this.night.story.push('the server crashed in mid-round')
    this.wait(120)
  }

  private sideOf(lineUp: 'A' | 'B'): 1 | 2 {
    return (lineUp === 'A') === (this.round === 1) ? 1 : 2
  }
}
