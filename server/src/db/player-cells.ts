/** One player on one map of a session, and apart: when he attacked, and when he defended. */
export interface MapCell {
  gaming_session_id: number
  map_name: string
  player_guid: string
  rounds: number
  maps: number
  maps_won: number
  kills: number
  deaths: number
  /** Of the rounds that know both; null: none does. */
  damage: number | null
  seconds: number | null
  attack_rounds: number
  attack_won: number
  attack_kills: number
  attack_deaths: number
  attack_damage: number | null
  attack_seconds: number | null
  defence_rounds: number
  defence_won: number
  defence_kills: number
  defence_deaths: number
  defence_damage: number | null
  defence_seconds: number | null
}

/** A round that is a game between people, and how it was attacked. */
export interface MapRoundCell {
  gaming_session_id: number
  round_id: number
  map_name: string
  /** The same for the two rounds of a map. */
  map_key: number
  ended_at: Date
  attack: 'completed' | 'held' | 'surrendered' | 'unknown'
  /** Of a completed attack or one that was given up, where a file tells. */
  seconds: number | null
  winner_team: 0 | 1 | 2 | null
}

/** One player in one map that has a result. */
export interface MapResultCell {
  gaming_session_id: number
  /** The second round of the map. */
  round_id: number
  player_guid: string
  map_name: string
  ended_at: Date
  team: 'A' | 'B'
  winner: 'A' | 'B' | 'tie'
  /** Of the two, those that he played. */
  rounds: number
}

export type RecordScope = 'round' | 'map' | 'session'

/** A best of one session: of a round, of both rounds of a map, or of the evening. */
export interface RecordCell {
  gaming_session_id: number
  scope: RecordScope
  category: string
  /** Empty: of the session. */
  map_name: string
  value: number
  ended_at: Date
  /** Where it was set: the last round of it. */
  round_id: number
  /** One GUID, or those of a line-up. */
  players: string[]
}

/** One player's figures with one weapon: kills, deaths, shots, hits, hits to the head. */
export type WeaponSums = [kills: number, deaths: number, shots: number, hits: number, headshots: number]

/** A player's day in a session: what periods and boards are summed from. */
export interface PlayerCell {
  gaming_session_id: number
  round_date: string
  player_guid: string
  first_ended_at: Date
  last_ended_at: Date
  rounds: number
  /** Counted map results that the player was in, and those that his team won. */
  maps: number
  maps_won: number
  shots: number
  hits: number
  /** In the order of `AGGREGATES`. */
  sums: (number | null)[]
  weapons: Record<string, WeaponSums>
}

export interface NameCell {
  gaming_session_id: number
  player_guid: string
  player_name: string
  clean_name: string
  first_ended_at: Date
  last_ended_at: Date
}

export interface AwardCell {
  gaming_session_id: number
  award: string
  player_guid: string
  value: number
}

/** What is summed over all sessions, a row for each: a player over a quarter or all time, his names, a map. */
export type SumKind = 'player' | 'player on map' | 'names' | 'map'

/** A player over a quarter of the year (`2026-Q2`), or over all of them (`all`). */
export type PlayerSum = Omit<PlayerCell, 'gaming_session_id' | 'round_date'> & { period: string }

export type PlayerMapSum = Omit<MapCell, 'gaming_session_id'>

export type NameSum = Omit<NameCell, 'gaming_session_id'>

/** A map's rounds over a quarter, or over all of them (`all`). */
export interface MapSum {
  map_name: string
  period: string
  /** Maps played: a map is one or both of its rounds. */
  times: number
  attacks: number
  completed: number
  held: number
  surrendered: number
  unknown: number
  /** Completed attacks whose time is known. */
  timed: number
  best_seconds: number | null
  /** Of `all` only. */
  median_seconds: number | null
  axis_wins: number
  allies_wins: number
  last_ended_at: Date
}

/** Whom a player met in a session, in games between people; main GUIDs. */
export interface DuelCell {
  gaming_session_id: number
  player_guid: string
  opponent_guid: string
  kills: number
  deaths: number
  rounds: number
}
