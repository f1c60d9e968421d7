-- Pages over all time read a row for each player, not one for each of his evenings: sums of the sums, so that they cost
-- the same however long the history is. `settleSums` makes them, of whatever is marked here.
-- Older versions work beside it: what they sum is marked by triggers too, which write to tables of their own alone.

-- Sums whose parts changed. Each change adds rows of its own, and who sums takes away those that his snapshot holds.
create table stale_sums (
  mark_id bigint generated always as identity primary key,
  kind text not null check (kind in ('player', 'player on map', 'names', 'map')),
  -- A player, or a map.
  of text not null,
  -- A quarter of the year, or a map; of names: the empty text.
  at text not null
);

create function quarter_of(day date) returns text immutable language sql as
  $$ select to_char(day, 'YYYY"-Q"Q') $$;

-- A player's sums over a quarter ('2026-Q2'), and over all of them ('all').
create table player_sums (
  player_guid text not null,
  period text not null,
  first_ended_at timestamptz not null,
  last_ended_at timestamptz not null,
  rounds integer not null,
  maps integer not null,
  maps_won integer not null,
  shots integer not null,
  hits integer not null,
  -- As in player_cells.
  sums float8[] not null,
  weapons jsonb not null,
  primary key (period, player_guid)
);
create index player_sums_guid_idx on player_sums (player_guid);

-- As player_map_cells, over all sessions.
create table player_map_sums (
  map_name text not null,
  player_guid text not null,
  rounds integer not null,
  maps integer not null,
  maps_won integer not null,
  kills integer not null,
  deaths integer not null,
  damage float8,
  seconds float8,
  attack_rounds integer not null,
  attack_won integer not null,
  attack_kills integer not null,
  attack_deaths integer not null,
  attack_damage float8,
  attack_seconds float8,
  defence_rounds integer not null,
  defence_won integer not null,
  defence_kills integer not null,
  defence_deaths integer not null,
  defence_damage float8,
  defence_seconds float8,
  primary key (map_name, player_guid)
);
create index player_map_sums_guid_idx on player_map_sums (player_guid);
-- The sum of a player on a map is made of his cells on it.
create index player_map_cells_player_map_idx on player_map_cells (player_guid, map_name);
drop index player_map_cells_guid_idx;

-- A name of a player over all sessions.
create table player_name_sums (
  player_guid text not null,
  player_name text not null,
  clean_name text not null,
  first_ended_at timestamptz not null,
  last_ended_at timestamptz not null,
  primary key (player_guid, player_name, clean_name)
);

-- A map's rounds over a quarter, and over all of them ('all').
create table map_sums (
  map_name text not null,
  period text not null,
  -- Maps played, each where its first round is.
  times integer not null,
  attacks integer not null,
  completed integer not null,
  held integer not null,
  surrendered integer not null,
  unknown integer not null,
  -- Completed attacks whose time is known.
  timed integer not null,
  best_seconds float8,
  -- Of 'all' only: medians cannot be added up.
  median_seconds float8,
  axis_wins integer not null,
  allies_wins integer not null,
  last_ended_at timestamptz not null,
  primary key (period, map_name)
);
create index map_round_cells_seconds_idx on map_round_cells (map_name, seconds) where attack = 'completed';
create index map_round_cells_key_idx on map_round_cells (map_key);
-- Whether a round is a game, for the awards of a player's rounds.
create index map_round_cells_round_idx on map_round_cells (round_id);

-- Whom each met in a session; games between people only, main GUIDs.
create table duel_cells (
  gaming_session_id bigint not null,
  player_guid text not null,
  opponent_guid text not null,
  kills integer not null,
  deaths integer not null,
  rounds integer not null,
  primary key (gaming_session_id, player_guid, opponent_guid)
);
create index duel_cells_player_idx on duel_cells (player_guid, opponent_guid);

create function mark_player_sums() returns trigger language plpgsql as $$
begin
  insert into stale_sums (kind, of, at)
    select distinct 'player', player_guid, quarter_of(round_date) from changed;
  return null;
end $$;
create trigger player_cells_added after insert on player_cells referencing new table as changed
  for each statement execute function mark_player_sums();
create trigger player_cells_gone after delete on player_cells referencing old table as changed
  for each statement execute function mark_player_sums();

create function mark_player_map_sums() returns trigger language plpgsql as $$
begin
  insert into stale_sums (kind, of, at) select distinct 'player on map', player_guid, map_name from changed;
  return null;
end $$;
create trigger player_map_cells_added after insert on player_map_cells referencing new table as changed
  for each statement execute function mark_player_map_sums();
create trigger player_map_cells_gone after delete on player_map_cells referencing old table as changed
  for each statement execute function mark_player_map_sums();

create function mark_name_sums() returns trigger language plpgsql as $$
begin
  insert into stale_sums (kind, of, at) select distinct 'names', player_guid, '' from changed;
  return null;
end $$;
create trigger player_name_cells_added after insert on player_name_cells referencing new table as changed
  for each statement execute function mark_name_sums();
create trigger player_name_cells_gone after delete on player_name_cells referencing old table as changed
  for each statement execute function mark_name_sums();

-- A session's duels are a function of its games: they come and go with them.
create function add_map_sums() returns trigger language plpgsql as $$
begin
  insert into stale_sums (kind, of, at)
    select distinct 'map', map_name, quarter_of((ended_at at time zone 'UTC')::date) from changed;
  insert into duel_cells
    select c.gaming_session_id, coalesce(p.main_guid, d.player_guid), coalesce(o.main_guid, d.opponent_guid),
      sum(d.kills), sum(d.deaths), count(distinct d.round_id)
    from changed c
    join round_duels d using (round_id)
    left join player_joins p on p.player_guid = d.player_guid
    left join player_joins o on o.player_guid = d.opponent_guid
    where d.player_guid not like 'OMNIBOT%' and d.opponent_guid not like 'OMNIBOT%'
      and coalesce(p.main_guid, d.player_guid) <> coalesce(o.main_guid, d.opponent_guid)
    group by 1, 2, 3;
  return null;
end $$;
create function remove_map_sums() returns trigger language plpgsql as $$
begin
  insert into stale_sums (kind, of, at)
    select distinct 'map', map_name, quarter_of((ended_at at time zone 'UTC')::date) from changed;
  delete from duel_cells where gaming_session_id in (select gaming_session_id from changed);
  return null;
end $$;
create trigger map_round_cells_added after insert on map_round_cells referencing new table as changed
  for each statement execute function add_map_sums();
create trigger map_round_cells_gone after delete on map_round_cells referencing old table as changed
  for each statement execute function remove_map_sums();

-- Those that are here already.
insert into stale_sums (kind, of, at)
  select distinct 'player', player_guid, quarter_of(round_date) from player_cells
  union all select distinct 'player on map', player_guid, map_name from player_map_cells
  union all select distinct 'names', player_guid, '' from player_name_cells
  union all select distinct 'map', map_name, quarter_of((ended_at at time zone 'UTC')::date) from map_round_cells;
insert into duel_cells
  select c.gaming_session_id, coalesce(p.main_guid, d.player_guid), coalesce(o.main_guid, d.opponent_guid),
    sum(d.kills), sum(d.deaths), count(distinct d.round_id)
  from map_round_cells c
  join round_duels d using (round_id)
  left join player_joins p on p.player_guid = d.player_guid
  left join player_joins o on o.player_guid = d.opponent_guid
  where d.player_guid not like 'OMNIBOT%' and d.opponent_guid not like 'OMNIBOT%'
    and coalesce(p.main_guid, d.player_guid) <> coalesce(o.main_guid, d.opponent_guid)
  group by 1, 2, 3;

-- Checkpoints between two that are kept are few among many.
create index rating_checkpoints_between_idx on rating_checkpoints (results) where results % 500 <> 0;

-- The newest refused file, for /status: none among hundreds of thousands, mostly.
create index processed_files_rejected_idx on processed_files (received_at desc) where status = 'rejected';
