import type { FileProblem, FileStatus, RoundStatus, RoundWinner, Source, Warning } from '@debrief/shared'
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { DerivedAward, DerivedDuel } from '../derive/derive-endstats.ts'
import type {
  AwardCell,
  DuelCell,
  MapCell,
  MapResultCell,
  MapRoundCell,
  MapSum,
  NameCell,
  NameSum,
  PlayerCell,
  PlayerMapSum,
  PlayerSum,
  RecordCell,
  SumKind,
} from './player-cells.ts'

/** The tables as kysely sees them. The migrations say what each means; `null` is unknown, never 0. */
export interface DB {
  game_servers: GameServersTable
  ingest_tokens: IngestTokensTable
  processed_files: ProcessedFilesTable
  agent_heartbeats: AgentHeartbeatsTable
  admin_actions: AdminActionsTable
  server_secrets: { name: string; value: Buffer }
  endstats_files: EndstatsFilesTable
  round_awards: RoundAwardsTable
  round_duels: RoundDuelsTable
  players: { player_guid: string; guid: string }
  counters: { name: string; value: number }
  gaming_sessions: GamingSessionsTable
  rounds: RoundsTable
  player_comprehensive_stats: PlayerStatsTable
  weapon_comprehensive_stats: WeaponStatsTable
  counted_rounds: RoundsTable
  counted_player_stats: CountedPlayerStatsView
  shown_player_stats: PlayerStatsTable
  player_joins: { player_guid: string; main_guid: string }
  player_names: { player_guid: string; name: string }
  forgotten_players: { player_guid: string }
  discord_links: { discord_user_id: string; player_guid: string }
  player_changes: { what: string; changes: number }
  unsummed_sessions: { mark_id: Generated<number>; gaming_session_id: number }
  player_cells: PlayerCell
  player_map_cells: MapCell
  player_map_results: MapResultCell
  map_round_cells: MapRoundCell
  player_name_cells: NameCell
  record_cells: RecordCell
  player_award_cells: AwardCell
  sum_layout: { layout: string }
  stale_sums: { mark_id: Generated<number>; kind: SumKind; of: string; at: string }
  player_sums: PlayerSum
  player_map_sums: PlayerMapSum
  player_name_sums: NameSum
  map_sums: MapSum
  duel_cells: DuelCell
  outbox: OutboxTable
  discord_posts: DiscordPostsTable
  discord_reports: DiscordReportsTable
  discord_report_sessions: { report_id: number; session_now: number | null }
  discord_commands: { application_id: string; digest: string; registered_at: Generated<Date> }
  voice_sessions: VoiceSessionsTable
  rating_marks: { mark_id: Generated<number>; gaming_session_id: number; match_id: number | null }
  rated_maps: RatedMapsTable
  rating_checkpoints: RatingCheckpointsTable
  team_draws: { draw_id: Generated<number>; people: JSONColumnType<unknown[]>; created_at: Generated<Date> }
}

interface GameServersTable {
  server_id: Generated<number>
  name: string
  timezone: string
  created_at: Generated<Date>
}

/** `ingest`: uploads for its game server. `read`: reads. `admin`: reads, and sees the figures. */
export type TokenScope = 'ingest' | 'read' | 'admin'

interface IngestTokensTable {
  token_id: Generated<number>
  server_id: number | null
  scope: Generated<TokenScope>
  label: string | null
  token_hash: Buffer
  created_at: Generated<Date>
  last_used_at: Date | null
  revoked_at: Date | null
}

interface AdminActionsTable {
  action_id: Generated<number>
  done_at: Generated<Date>
  actor: string
  action: string
  subject: string
}

interface AgentHeartbeatsTable {
  server_id: number
  agent_id: string
  version: string
  source: Source
  started_at: Date
  /** By the agent's clock; `received_at` is by ours. */
  sent_at: Date
  received_at: Generated<Date>
  waiting: number
  oldest_waiting_at: Date | null
  last_error: string | null
  silence_told_of: ColumnType<Date | null, Date | null | undefined>
}

interface ProcessedFilesTable {
  file_id: Generated<number>
  server_id: number
  filename: string
  sha256: string
  bytes: number
  content: Buffer
  source: Source
  received_at: Generated<Date>
  file_modified_at: Date | null
  processed_at: Generated<Date>
  status: FileStatus
  success: ColumnType<boolean, never, never>
  error_code: FileProblem['code'] | null
  error_message: string | null
  error_line: number | null
  warnings: ColumnType<Warning[], string | undefined, string>
  map_name: string | null
  round_number: 1 | 2 | null
  ended_at: Date | null
  player_lines: number | null
  text_bytes: number | null
  lines_digest: string | null
  rules_version: number | null
  took_ms: number | null
  token_id: number | null
  sent_from: string | null
}

interface GamingSessionsTable {
  gaming_session_id: number
  server_id: number
  started_at: Date
  ended_at: Date
  changed_at: Generated<Date>
}

interface RoundsTable {
  round_id: Generated<number>
  server_id: number
  file_id: number
  filename: string
  base_file_id: number | null
  /** `YYYY-MM-DD`: the file name's local stamp. */
  round_date: string
  /** `HH:MM:SS`: the file name's local stamp. */
  round_time: string
  ended_at: Date
  map_name: string
  round_number: 1 | 2
  host_name: string
  config: string | null
  defender_team: 1 | 2 | null
  winner_team: 0 | 1 | 2 | null
  winner: RoundWinner | null
  axis_score: 0 | 1 | null
  allies_score: 0 | 1 | null
  time_limit_seconds: number | null
  duration_seconds: number | null
  gaming_session_id: number
  match_id: number | null
  status: RoundStatus
  format_variant: string
  player_count: number
  weapon_row_count: number
  changed_at: Generated<Date>
  outcome: Outcome | null
  counts_on: CountsOn | null
  rules_version: number | null
}

interface EndstatsFilesTable {
  file_id: number
  server_id: number
  map_name: string
  round_number: 1 | 2
  written_at: Date
  later_at: Date
  line_count: number
  text_bytes: number
  round_id: number | null
  open_lines: number | null
}

interface RoundAwardsTable extends DerivedAward {
  round_id: number
}

interface RoundDuelsTable extends DerivedDuel {
  round_id: number
}

/** How a round ended; `broken_off`: a change of map or the end of the server in mid-round. */
export type Outcome = 'completed' | 'held' | 'surrendered' | 'broken_off'

/** What shows that a file's counters go on from those of `base_file_id`, or that they began anew. */
export interface CountsOn {
  kind: 'counts_on' | 'began_anew'
  /** Players whose lines show it, and how many could. */
  players: number
  of: number
  /** Seconds that a player who was there throughout had at the end of the base file; null: began anew. */
  base_seconds: number | null
  /** Seconds of this round, and what such a player's line states: base and own together. Null: not known. */
  own_seconds: number | null
  stated_seconds: number | null
}

export interface PlayerStatsTable {
  round_id: number
  round_date: string
  map_name: string
  round_number: 1 | 2
  player_guid: string
  player_name: string
  clean_name: string
  team: number
  kills: number
  deaths: number
  damage_given: number | null
  damage_received: number | null
  team_damage_given: number | null
  team_damage_received: number | null
  gibs: number | null
  self_kills: number | null
  team_kills: number | null
  team_gibs: number | null
  headshot_kills: number | null
  headshots: number
  time_played_seconds: number | null
  time_played_minutes: number | null
  time_played_percent: number | null
  time_dead_minutes: number | null
  time_dead_ratio: number | null
  xp: number | null
  kd_ratio: number | null
  dpm: number | null
  efficiency: number | null
  bullets_fired: number | null
  accuracy: number | null
  kill_assists: number | null
  objectives_stolen: number | null
  objectives_returned: number | null
  dynamites_planted: number | null
  dynamites_defused: number | null
  times_revived: number | null
  revives_given: number | null
  most_useful_kills: number | null
  useless_kills: number | null
  kill_steals: number | null
  denied_playtime: number | null
  constructions: number | null
  tank_meatshield: number | null
  double_kills: number | null
  triple_kills: number | null
  quad_kills: number | null
  multi_kills: number | null
  mega_kills: number | null
  killing_spree_best: number | null
  death_spree_worst: number | null
  full_selfkills: number | null
}

export interface WeaponStatsTable {
  round_id: number
  player_guid: string
  weapon_name: string
  kills: number
  deaths: number
  shots: number
  hits: number
  headshots: number
  accuracy: number | null
}

interface CountedPlayerStatsView extends PlayerStatsTable {
  server_id: number
  gaming_session_id: number
  match_id: number | null
  ended_at: Date
}

interface OutboxTable {
  event_id: Generated<number>
  kind: string
  subject: string
  payload: JSONColumnType<Record<string, unknown>>
  created_at: Generated<Date>
  available_at: Generated<Date>
  attempts: Generated<number>
  last_error: string | null
  done_at: Date | null
  set_aside: Generated<boolean>
}

interface DiscordPostsTable {
  post_id: Generated<number>
  subject: string
  channel_id: string
  nonce: string
  uncertain_since: Date | null
  message_id: string | null
  digest: string | null
  created_at: Generated<Date>
  posted_at: Date | null
  edited_at: Date | null
  removed_at: Date | null
  withheld_at: Date | null
}

interface DiscordReportsTable {
  report_id: Generated<number>
  gaming_session_id: number
  anchor_round_id: number | null
  channel_id: string
  voice_session_id: number | null
  asked_by: string | null
  card_messages: number | null
  shown_changed_at: Date | null
  shown_version: string | null
  created_at: Generated<Date>
}

interface VoiceSessionsTable {
  voice_session_id: Generated<number>
  began_at: Date
  last_round_before: number
  low_since: Date | null
  ended_at: Date | null
}

interface RatedMapsTable {
  ended_at: Date
  filename: string
  server_id: number
  gaming_session_id: number
  /** `[winner, team A, team B]`, a team as `[[guid, rounds played], …]`. */
  result: JSONColumnType<readonly unknown[]>
}

interface RatingCheckpointsTable {
  ended_at: Date
  filename: string
  server_id: number
  results: number
  rules: string
  /** `[guid, mu, sigma, maps, end of the last map in ms]` of each player. */
  ratings: JSONColumnType<[string, number, number, number, number][]>
}
