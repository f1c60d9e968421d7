-- Awards and duels of a round, from `-endstats.txt`. Derived, as rounds are: each file waits here for its round, and is
-- read anew with it.
-- Older versions work beside it: they look for rounds by their map, which files of awards do not have.

-- The current bytes of a file of awards are `imported` too, and of no map.
alter table processed_files drop constraint processed_files_check1;
alter table processed_files add constraint processed_files_round_check
  check (status <> 'imported' or num_nulls(map_name, round_number, ended_at) in (0, 3));

-- One row per valid file of awards.
create table endstats_files (
  file_id bigint primary key references processed_files,
  server_id bigint not null,
  map_name text not null,
  round_number smallint not null check (round_number in (1, 2)),
  -- The stamp of its name, up to 3 s from the round's: one instant, or both of an hour that a clock change repeats.
  written_at timestamptz not null,
  later_at timestamptz not null,
  line_count integer not null,
  -- Length after line ends were made LF.
  text_bytes integer not null,
  -- NULL: its round is not here, or another file of that round counts.
  round_id bigint references rounds on delete set null,
  -- Lines of duels of which the file does not tell whose they are. NULL: of no round.
  open_lines integer
);
create index endstats_files_time_idx on endstats_files (server_id, written_at);
create index endstats_files_later_idx on endstats_files (server_id, later_at) where later_at <> written_at;
create index endstats_files_round_idx on endstats_files (round_id) where round_id is not null;

create table round_awards (
  round_id bigint not null references rounds on delete cascade,
  -- In the file's order.
  position smallint not null,
  -- Its right name; the script misprints two.
  award text not null,
  -- As printed.
  label text not null,
  -- NULL: the name is nobody's in this round, or more than one player's.
  player_guid text,
  -- As the file has it: without colours and without what is no ASCII.
  player_name text not null,
  value double precision not null,
  unit text not null,
  -- The figure beside it: minutes of `12.5 percent, 3.2 min`, seconds of `3 kills in 2.1s`.
  beside_value double precision,
  beside_unit text,
  -- map: made of counters that go on from an earlier round.
  scope text not null check (scope in ('round', 'map')),
  -- Something to be proud of.
  is_honour boolean not null,
  -- repeats: the script printed the longest spree again under this name; it is no figure of this award.
  note text check (note in ('repeats')),
  primary key (round_id, position)
);
create index round_awards_player_idx on round_awards (player_guid) where player_guid is not null;

-- What each did to each, in both directions. Only what is certain.
create table round_duels (
  round_id bigint not null references rounds on delete cascade,
  player_guid text not null,
  opponent_guid text not null,
  kills integer not null,
  deaths integer not null,
  primary key (round_id, player_guid, opponent_guid)
);
create index round_duels_player_idx on round_duels (player_guid, opponent_guid);

-- The whole GUID of each player whom a file of awards names; nothing else holds it.
create table players (
  -- The first 8 characters.
  player_guid text primary key,
  -- All 32. Of several that begin alike, the smallest.
  guid text not null
);

-- Kept so far as a kind that is not read: the renewal reads them.
update processed_files set rules_version = null
where error_code = 'unsupported_kind' and filename ~ '-round-[12]-endstats\.txt$';
