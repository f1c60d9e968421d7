import type { Tally } from './figures.ts'

export interface Fighter {
  /** 8 or more characters; the file shows 8. */
  guid: string
  name: string
  /** Index of his favourite in each side's weapons. */
  taste: number
  /** The engine counts his time alive for longer than he was on a team (v8 over 100). */
  aliveTooLong?: boolean
}

/** One connection to the server, from join to leave. */
export interface Client {
  /** Counts connections: who reconnects is another client. */
  session: number
  fighter: Fighter
  slot: number
  lineUp: 'A' | 'B'
  side: 1 | 2
  /** What the engine keeps: v0 to v7, the weapons, team_ms, alive_ms. */
  counters: Tally
  /** How many rounds the engine says that they span. */
  rounds: number
  health: number
  /** When he died; null: alive. */
  diedAt: number | null
  respawnsAt: number
  killsInARow: number
  deathsInARow: number
}

/** Something that happened to somebody: all that the second oracle knows. */
export interface GameEvent {
  session: number
  at: number
  figure: string
  amount: number
}
