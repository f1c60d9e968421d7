import type { RoundStatus, RoundWinner, Side, Source, Warning } from '@debrief/shared'
import type { Outcome } from '../db/tables.ts'
import type { TeamName } from './assign-teams.ts'
import type { BothRounds } from './both-rounds.ts'
import type { MapResult } from './build-matches.ts'
import type { CountsOnReport } from './counts-on-report.ts'
import type { Duel } from './duels.ts'
import type { PlayerTotals } from './player-totals.ts'

import type { RoundAward } from './round-awards.ts'

/** One round: what its file says, what was made of it, and what the checks say. Plain data, as SessionReport. */
export interface RoundReport {
  roundId: number
  session: number
  server: string
  timezone: string
  map: string
  roundNumber: 1 | 2
  status: RoundStatus
  /** How it ended; null: nothing in the file tells. */
  outcome: Outcome | null
  endedAt: string
  /** The file name's stamp: the game server's clock. */
  local: { date: string; time: string }
  hostName: string
  config: string | null
  defender: Side | null
  winner: RoundWinner | null
  /** Round 1: the map's limit. Round 2: the time to beat. */
  timeLimitSeconds: number | null
  durationSeconds: number | null
  /** What this file's counters go on from; null: not known (it waits), or not told by the rules that made the round. */
  countsOn: CountsOnReport | null
  formatVariant: string
  /** Of the rules that made these figures; null: older than the first version. */
  rulesVersion: number | null
  /** Most kills first. Spectators are those who stood by at the end. */
  sides: Sides
  /** Players whose lines are not understood: they are in no figure until a file comes that explains them. */
  leftOut: Warning[]
  /** Only of a round 2 that waits: which file is missed. */
  missing: MissedRound | null
  /**
   * Only of a round 2 that waits: what its file counts over round 1 and round 2 TOGETHER. These are no figures of this
   * round; they are in no table and in no other report.
   */
  bothRoundsTogether: BothRounds | null
  file: {
    name: string
    sha256: string
    bytes: number
    source: Source
    receivedAt: string
    processedAt: string
    modifiedAt: string | null
  }
  /** The seven checks in their order; each is passed unless it warns. */
  checks: { check: number; title: string; warnings: Warning[] }[]
  /** Those that are of no check. */
  notices: Warning[]
  /** What the game server's own script says of it; null: no file of awards is here. */
  endstats: {
    /** In the file's order. */
    awards: RoundAward[]
    /** Each in both directions. */
    duels: Duel[]
    /** Lines of duels of which the file does not tell whose they are. */
    openLines: number
  } | null
  /** The map's result with this, its second round; null for a first round and for what does not count. */
  mapResult: MapResult | null
}

export interface Sides {
  axis: SideReport
  allies: SideReport
  spectators: PlayerTotals[]
}

export interface SideReport {
  /** In the session; null: the line-ups do not tell. */
  team: TeamName | null
  players: PlayerTotals[]
}

/** The round 1 without which a round 2 cannot be read. */
export interface MissedRound {
  server: string
  map: string
  /** By the game server's clock: `YYYY-MM-DD HH:MM`. */
  endedBefore: string
  timeToBeatSeconds: number | null
  /** All of it, in words. */
  text: string
}
