-- The core: who sends, what was received, and what follows from it.
-- Every row of rounds, player_comprehensive_stats, weapon_comprehensive_stats and gaming_sessions is derived from
-- processed_files.content and can be made again from it (`debrief rebuild`). Unknown is NULL, never 0.

create table game_servers (
  server_id bigint generated always as identity primary key,
  name text not null unique check (name <> ''),
  -- IANA name: the zone of the naive wall clock in this server's file names.
  timezone text not null,
  created_at timestamptz not null default now()
);

-- Several tokens of one server may be valid at once, so that a token can be changed without a gap.
create table ingest_tokens (
  token_id bigint generated always as identity primary key,
  server_id bigint not null references game_servers on delete cascade,
  -- sha256 of the token. Tokens are 256 random bits, so a slow hash would protect nothing.
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index on ingest_tokens (server_id);

-- One row per distinct (server, name, bytes). The raw bytes of every file are kept, rejected ones too.
create table processed_files (
  file_id bigint generated always as identity primary key,
  server_id bigint not null references game_servers,
  filename text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes integer not null check (bytes >= 0),
  content bytea not null,
  source text not null check (source in ('agent', 'ssh', 'manual')),
  received_at timestamptz not null default now(),
  -- The earliest modification time that any sender told; a copy's is later than the original's.
  file_modified_at timestamptz,
  processed_at timestamptz not null default now(),
  -- imported: the current bytes of a round. ignored: kept, but makes no round. rejected: not a valid stats file.
  status text not null check (status in ('imported', 'ignored', 'rejected')),
  success boolean generated always as (status <> 'rejected') stored,
  error_code text,
  error_message text,
  error_line integer,
  warnings jsonb not null default '[]',
  -- What the parser read, so that neighbours can be found without reading every file again. NULL: makes no round.
  map_name text,
  round_number smallint,
  ended_at timestamptz,
  player_lines integer,
  -- Length after line ends were made LF: decides which of several contents of one name is current.
  text_bytes integer,
  -- Digest of the player lines: equal digests under two names are one round delivered twice.
  lines_digest text,
  unique (server_id, filename, sha256),
  check ((status = 'imported') = (error_code is null)),
  check (status <> 'imported' or (map_name is not null and round_number is not null and ended_at is not null))
);
-- The neighbours of a round: same server, same map, near in time.
create index processed_files_map_idx on processed_files (server_id, map_name, ended_at) where map_name is not null;
create index processed_files_received_idx on processed_files (received_at desc);

-- Hands out session numbers 1, 2, 3 without gaps: a sequence would burn one at every rollback.
create table counters (name text primary key, value bigint not null);
insert into counters values ('gaming_session', 0);

create table gaming_sessions (
  gaming_session_id bigint primary key,
  server_id bigint not null references game_servers,
  started_at timestamptz not null,
  ended_at timestamptz not null check (ended_at >= started_at),
  -- When a figure of this session last changed; shown in the report's footer.
  changed_at timestamptz not null default now()
);
create index on gaming_sessions (server_id, ended_at);
create index on gaming_sessions (ended_at desc);

-- One row per current file: played rounds and aborted attempts, nothing else.
create table rounds (
  round_id bigint generated always as identity primary key,
  server_id bigint not null references game_servers,
  file_id bigint not null unique references processed_files,
  filename text not null,
  -- The file whose counters this round's file carries on; its figures were subtracted.
  base_file_id bigint references processed_files,
  round_date date not null,
  round_time time not null,
  ended_at timestamptz not null,
  map_name text not null,
  round_number smallint not null check (round_number in (1, 2)),
  host_name text not null,
  config text,
  defender_team smallint check (defender_team in (1, 2)),
  winner_team smallint check (winner_team in (0, 1, 2)),
  winner text check (winner in ('axis', 'allies', 'draw')),
  axis_score smallint,
  allies_score smallint,
  time_limit_seconds integer,
  -- Measured play time (header value 8). The header's next time limit (value 7) is never a duration.
  duration_seconds double precision,
  gaming_session_id bigint not null references gaming_sessions,
  -- Equal for the two rounds of a map: the file_id of its round 1. NULL: in no match.
  match_id bigint,
  status text not null check (status in ('complete', 'awaiting_round_1', 'aborted')),
  format_variant text not null,
  player_count integer not null,
  weapon_row_count integer not null,
  changed_at timestamptz not null default now(),
  unique (server_id, filename)
);
create index rounds_timeline_idx on rounds (server_id, ended_at);
create index rounds_session_idx on rounds (gaming_session_id);
create index rounds_match_idx on rounds (match_id) where match_id is not null;
create index rounds_newest_idx on rounds (ended_at desc) where status = 'complete';
create index rounds_base_idx on rounds (base_file_id) where base_file_id is not null;

-- 52 fields, this round's own values.
create table player_comprehensive_stats (
  round_id bigint not null references rounds on delete cascade,
  round_date date not null,
  map_name text not null,
  round_number smallint not null,
  player_guid text not null,
  player_name text not null,
  clean_name text not null,
  team smallint not null,
  kills integer not null,
  deaths integer not null,
  damage_given integer,
  damage_received integer,
  team_damage_given integer,
  team_damage_received integer,
  gibs integer,
  self_kills integer,
  team_kills integer,
  team_gibs integer,
  headshot_kills integer,
  headshots integer not null,
  time_played_seconds double precision,
  time_played_minutes double precision,
  time_played_percent double precision,
  time_dead_minutes double precision,
  time_dead_ratio double precision,
  xp integer,
  kd_ratio double precision,
  dpm double precision,
  efficiency double precision,
  bullets_fired integer,
  accuracy double precision,
  kill_assists integer,
  objectives_stolen integer,
  objectives_returned integer,
  dynamites_planted integer,
  dynamites_defused integer,
  times_revived integer,
  revives_given integer,
  most_useful_kills integer,
  useless_kills integer,
  kill_steals integer,
  denied_playtime integer,
  constructions integer,
  tank_meatshield double precision,
  double_kills integer,
  triple_kills integer,
  quad_kills integer,
  multi_kills integer,
  mega_kills integer,
  killing_spree_best integer,
  death_spree_worst integer,
  full_selfkills integer,
  primary key (round_id, player_guid)
);
create index player_comprehensive_stats_guid_idx on player_comprehensive_stats (player_guid);

-- 9 fields, this round's own values; only rows with a non-zero figure.
create table weapon_comprehensive_stats (
  round_id bigint not null,
  player_guid text not null,
  weapon_name text not null,
  kills integer not null,
  deaths integer not null,
  shots integer not null,
  hits integer not null,
  headshots integer not null,
  accuracy double precision,
  primary key (round_id, player_guid, weapon_name),
  -- To the round and not to the player: the two-column key costs a third of an import's time (2 of 6 ms for 100 rows),
  -- and both tables are only ever written together.
  foreign key (round_id) references rounds on delete cascade
);

-- What every report reads: aborted attempts and rounds that wait for their round 1 are in no figure.
create view counted_player_stats as
  select p.*, r.server_id, r.gaming_session_id, r.match_id, r.ended_at
  from player_comprehensive_stats p
  join rounds r using (round_id)
  where r.status = 'complete';

-- Events wait here until they are posted. Written by the transaction that made them true; NOTIFY wakes the reader,
-- polling guarantees.
create table outbox (
  event_id bigint generated always as identity primary key,
  kind text not null,
  -- Two events of one kind about one thing are one event: a second import of a round renews it.
  subject text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  available_at timestamptz not null default now(),
  attempts integer not null default 0,
  last_error text,
  done_at timestamptz
);
create index outbox_waiting_idx on outbox (available_at, event_id) where done_at is null;
