import type { TeamName } from './assign-teams.ts'
import type { Award } from './awards.ts'
import type { MapResult } from './build-matches.ts'
import type { UncountedStatus } from './counted.ts'
import type { Duel, Named, Rivals } from './duels.ts'
import type { Certainty, LineUpMember } from './line-ups.ts'
import type { PlayerTotals } from './player-totals.ts'
import type { NewRecord } from './players/new-records.ts'

/**
 * Everything that the forms of a session's report show (cards, pictures, page, JSON, terminal), computed once. Plain
 * data: times are ISO 8601 or seconds, unknown is null, names are safe to print but not escaped for any markup.
 */
export interface SessionReport {
  session: number
  server: string
  timezone: string
  /** The beginning of the first round (its end, where its length is unknown), and the end of the last. */
  startedAt: string
  endedAt: string
  /** When a figure of this session last changed. */
  changedAt: string
  /** The same three as the game server's clock showed them: `YYYY-MM-DD` and `HH:MM`. */
  local: { startDate: string; startTime: string; endDate: string; endTime: string; changed: string }
  rounds: { counted: number; aborted: number; waiting: number }
  /** What is not in the figures, and why; each a phrase. */
  notCounted: string[]
  /** The rounds that are in no figure, in the order of play: where each tells why. */
  notCountedRounds: NotCountedRound[]
  mapCount: number
  /** How maps are scored. */
  rule: 'box-1'
  /** One, or more where the teams were reshuffled. */
  matches: MatchReport[]
  /** Most kills first. */
  players: PlayerTotals[]
  totals: Totals
  awards: Award[]
  /** Who won most of the awards that the game server's script gave in single rounds, those to be proud of. */
  roundAwards: { player: Named; won: number }[]
  /** Records of all time that this session set, as they stood then. */
  newRecords: SessionRecord[]
  /** Between people, summed over the counted rounds; each in both directions. None where no file of awards is here. */
  duels: Duel[]
  /** Of each who fought one. */
  rivals: Rivals[]
}

export type SessionRecord = Omit<NewRecord, 'players'> & { players: Named[] }

export interface NotCountedRound {
  roundId: number
  map: string
  roundNumber: 1 | 2
  status: UncountedStatus
}

export interface MatchReport {
  number: number
  score: Record<TeamName, number>
  /** Null: no map counts. */
  winner: TeamName | 'tie' | null
  maps: MapReport[]
  teams: Record<TeamName, TeamReport>
  /** Played, but for neither team: spectators at the end of every round, or rounds with unclear line-ups. */
  withoutTeam: { guid: string; name: string }[]
  certainty: Certainty
}

export interface MapReport extends MapResult {
  /** Most kills first, both rounds together. */
  players: MapPlayer[]
}

export interface MapPlayer {
  guid: string
  name: string
  isBot: boolean
  team: TeamName | null
  rounds: number
  kills: number
  deaths: number
  gibs: number | null
  damageGiven: number | null
  damageReceived: number | null
  dpm: number | null
  secondsPlayed: number | null
}

export interface TeamReport {
  kills: number
  deaths: number
  kd: number
  damageGiven: number | null
  damageReceived: number | null
  members: LineUpMember[]
  /** Most kills for the team; between equals, more damage. */
  mvp: {
    guid: string
    name: string
    kills: number
    deaths: number
    damageGiven: number | null
    dpm: number | null
  } | null
}

export interface Totals {
  kills: number
  deaths: number
  damageGiven: number | null
  /** Average over all: Σ damage · 60 / Σ seconds. */
  dpm: number | null
  /** From the first round's begin to the last one's end, where measured: the time of play itself. */
  secondsOfPlay: number | null
}
