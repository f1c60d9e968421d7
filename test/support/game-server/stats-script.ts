import type { Client } from './client.ts'
import { add, BEST_OF, sumOfCells, type Tally } from './figures.ts'
import { playerLine } from './player-line.ts'
import type { Random } from './random.ts'
import type { Script } from './scripts.ts'

/** A line that stands in a file, and whose doings until when it tells. */
export interface KeptLine {
  text: string
  client: Client
  fighter: Client['fighter']
  side: 1 | 2
  until: number
  /** v28 is no span: the script took the server's clock for one. */
  deniesByClock: boolean
}

const SNAPSHOT_MS = 5000

/** The Lua script's memory of one round: its own counters, and the lines of those who may have left since. */
export class StatsScript {
  private readonly own = new Map<number, Tally>()
  private readonly kept = new Map<string, KeptLine>()
  private readonly script: Script
  private readonly random: Random
  private nextSnapshot: number

  constructor(script: Script, random: Random, startedAt: number) {
    this.script = script
    this.random = random
    this.nextSnapshot = startedAt + SNAPSHOT_MS
  }

  count(client: Client, figure: string, amount: number): void {
    const tally = this.of(client)
    if (BEST_OF.has(figure)) tally.set(figure, Math.max(tally.get(figure) ?? 0, amount))
    else add(tally, figure, amount)
  }

  /**
   * Every 5 s. The older scripts sum up again what was summed up before. The lines themselves are written out only
   * where somebody is about to leave (`isLastBefore`): nobody else's is ever read.
   */
  snapshotWhenDue(clients: readonly Client[], now: number, isLastBefore: (next: number) => boolean): void {
    if (now < this.nextSnapshot) return
    this.nextSnapshot += SNAPSHOT_MS
    this.sumUp(clients, now)
    if (isLastBefore(this.nextSnapshot)) for (const client of clients) this.keep(client, now)
  }

  /** The file's lines: of those who are there as they stand, of those who left as they last stood. */
  finish(clients: readonly Client[], now: number): KeptLine[] {
    this.sumUp(clients, now)
    for (const client of clients) this.keep(client, now)
    return this.random.shuffled([...this.kept.values()])
  }

  private sumUp(clients: readonly Client[], now: number): void {
    for (const client of clients) {
      const own = this.of(client)
      if (!this.script.countsBulletsOnce) add(own, 'bullets_again', sumOfCells(client.counters, 'shots'))
      if (client.diedAt !== null) add(own, 'dead_again_ms', now - client.diedAt)
    }
  }

  private keep(client: Client, now: number): void {
    const own = this.of(client)
    const deniesByClock = this.script.deniesByClock && client.session % 7 === 3
    if (deniesByClock) own.set('clock_seconds', Math.round((now / 1000) % 1000) + 5000)
    const text = playerLine(client, own, this.script)
    // Who has done nothing with a weapon has no line.
    if (text === null) return
    const { fighter, side } = client
    this.kept.set(fighter.guid, { text, client, fighter: { ...fighter }, side, until: now, deniesByClock })
  }

  private of(client: Client): Tally {
    const known = this.own.get(client.session)
    if (known) return known
    const made: Tally = new Map()
    this.own.set(client.session, made)
    return made
  }
}
