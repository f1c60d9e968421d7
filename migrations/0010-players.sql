-- Players over all evenings: what admins decide about them, and small sums from which their pages are made. What is
-- decided here changes no derived row: it is applied where rows are read.
-- Older versions work beside it: their imports note what changed too, by triggers that write to tables of their own alone.

-- Several GUIDs of one person. Flat: a main GUID is never joined to another.
create table player_joins (
  player_guid text primary key,
  main_guid text not null check (main_guid <> player_guid)
);
create index player_joins_main_idx on player_joins (main_guid);

-- The name that a player asked for; without a row the newest of his names is shown.
create table player_names (
  player_guid text primary key,
  name text not null check (name <> '')
);

-- Whose names are shown nowhere and found by no search. Their figures stay: those of others rest on them.
create table forgotten_players (player_guid text primary key);

-- Who a Discord user is. Nothing else is known of him.
create table discord_links (
  discord_user_id text primary key,
  player_guid text not null unique
);

create function forgotten_name(guid text) returns text immutable language sql as
  $$ select 'player ' || lower(left(guid, 4)) $$;

-- A view to read names from: as decided, in one place. The columns of the table, in its order.
create view shown_player_stats as
  select p.round_id, p.round_date, p.map_name, p.round_number, p.player_guid,
    case when f.player_guid is not null then forgotten_name(p.player_guid)
      else coalesce(n.name, p.player_name) end as player_name,
    case when f.player_guid is not null then forgotten_name(p.player_guid)
      else coalesce(n.name, p.clean_name) end as clean_name,
    p.team, p.kills, p.deaths, p.damage_given, p.damage_received, p.team_damage_given, p.team_damage_received,
    p.gibs, p.self_kills, p.team_kills, p.team_gibs, p.headshot_kills, p.headshots, p.time_played_seconds,
    p.time_played_minutes, p.time_played_percent, p.time_dead_minutes, p.time_dead_ratio, p.xp, p.kd_ratio, p.dpm,
    p.efficiency, p.bullets_fired, p.accuracy, p.kill_assists, p.objectives_stolen, p.objectives_returned,
    p.dynamites_planted, p.dynamites_defused, p.times_revived, p.revives_given, p.most_useful_kills, p.useless_kills,
    p.kill_steals, p.denied_playtime, p.constructions, p.tank_meatshield, p.double_kills, p.triple_kills,
    p.quad_kills, p.multi_kills, p.mega_kills, p.killing_spree_best, p.death_spree_worst, p.full_selfkills
  from player_comprehensive_stats p
  left join player_joins j on j.player_guid = p.player_guid
  left join player_names n on n.player_guid = coalesce(j.main_guid, p.player_guid)
  left join forgotten_players f on f.player_guid = p.player_guid;

create or replace view counted_player_stats as
  select p.*, r.server_id, r.gaming_session_id, r.match_id, r.ended_at
  from shown_player_stats p
  join counted_rounds r using (round_id);

-- What counts for players' figures over all evenings: people, in rounds with two people or more on either side.
-- Somebody who tries a map alone plays no game, and bots are shown in their round and nowhere else.
create view counted_human_stats as
  select p.* from counted_player_stats p
  where p.player_guid not like 'OMNIBOT%'
    and (select count(*) filter (where o.team = 1) >= 2 and count(*) filter (where o.team = 2) >= 2
      from player_comprehensive_stats o where o.round_id = p.round_id and o.player_guid not like 'OMNIBOT%');

-- A number for each game server, and one for all decisions: it grows with every change that any page of players rests
-- on. A server's imports come one after another anyhow, so nobody waits for its row.
create table player_changes (
  what text primary key,
  changes bigint not null
) with (fillfactor = 50);

-- Sessions whose sums are older than their rounds. Each change adds a row of its own, and who sums takes away only the
-- rows that its snapshot holds: a change that commits meanwhile stays marked.
create table unsummed_sessions (
  mark_id bigint generated always as identity primary key,
  gaming_session_id bigint not null
);

create function note_changed_rounds() returns trigger language plpgsql as $$
begin
  insert into unsummed_sessions (gaming_session_id)
    select gaming_session_id from changed
    union
    -- A map whose second round fell into the next session has its result there.
    select other.gaming_session_id from changed join rounds other using (match_id);
  insert into player_changes (what, changes)
    select distinct 'server ' || server_id, 1 from changed order by 1
    on conflict (what) do update set changes = player_changes.changes + 1;
  return null;
end $$;
create function note_updated_rounds() returns trigger language plpgsql as $$
begin
  insert into unsummed_sessions (gaming_session_id)
    select gaming_session_id from changed
    union
    select gaming_session_id from unchanged
    union
    select other.gaming_session_id from changed join rounds other using (match_id)
    union
    select other.gaming_session_id from unchanged join rounds other using (match_id);
  insert into player_changes (what, changes)
    select distinct 'server ' || server_id, 1 from changed order by 1
    on conflict (what) do update set changes = player_changes.changes + 1;
  return null;
end $$;
-- In the database, so that it holds for every way in which a round changes, and for older versions beside this one.
create trigger rounds_added after insert on rounds referencing new table as changed
  for each statement execute function note_changed_rounds();
create trigger rounds_withdrawn after delete on rounds referencing old table as changed
  for each statement execute function note_changed_rounds();
create trigger rounds_changed after update on rounds referencing old table as unchanged new table as changed
  for each statement execute function note_updated_rounds();

create function note_decision() returns trigger language plpgsql as $$
begin
  insert into player_changes (what, changes) values ('decisions', 1)
    on conflict (what) do update set changes = player_changes.changes + 1;
  return null;
end $$;
create trigger joins_changed after insert or update or delete on player_joins
  for each statement execute function note_decision();
create trigger names_changed after insert or update or delete on player_names
  for each statement execute function note_decision();
create trigger forgotten_changed after insert or update or delete on forgotten_players
  for each statement execute function note_decision();

insert into unsummed_sessions (gaming_session_id) select gaming_session_id from gaming_sessions;

-- The sums, each a function of one session's rounds; `settleFigures` makes them.

-- A player's day in a session. A session over midnight on the last of a quarter is of both.
create table player_cells (
  gaming_session_id bigint not null,
  round_date date not null,
  player_guid text not null,
  first_ended_at timestamptz not null,
  last_ended_at timestamptz not null,
  rounds integer not null,
  maps integer not null,
  maps_won integer not null,
  -- Of the weapons that are aimed.
  shots integer not null,
  hits integer not null,
  -- In the order of the aggregates that the table of metrics asks for; which that was is in `sum_layout`.
  sums float8[] not null,
  weapons jsonb not null,
  primary key (gaming_session_id, round_date, player_guid)
);
create index player_cells_guid_idx on player_cells (player_guid, last_ended_at);
create index player_cells_end_idx on player_cells (last_ended_at);
create index player_cells_date_idx on player_cells (round_date);

create table player_map_cells (
  gaming_session_id bigint not null,
  map_name text not null,
  player_guid text not null,
  rounds integer not null,
  maps integer not null,
  maps_won integer not null,
  kills integer not null,
  deaths integer not null,
  -- Over the rounds that know both.
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
  primary key (gaming_session_id, map_name, player_guid)
);
create index player_map_cells_map_idx on player_map_cells (map_name);
create index player_map_cells_guid_idx on player_map_cells (player_guid);

-- Who was in which map that has a result, for which team of the evening.
create table player_map_results (
  gaming_session_id bigint not null,
  -- Its second round.
  round_id bigint not null,
  player_guid text not null,
  map_name text not null,
  ended_at timestamptz not null,
  team text not null check (team in ('A', 'B')),
  winner text not null check (winner in ('A', 'B', 'tie')),
  -- Of the two, those that he played.
  rounds smallint not null,
  primary key (gaming_session_id, round_id, player_guid)
);
create index player_map_results_guid_idx on player_map_results (player_guid, round_id);

-- The rounds that are a game between people, and how each was attacked.
create table map_round_cells (
  gaming_session_id bigint not null,
  round_id bigint not null,
  map_name text not null,
  -- The same for the two rounds of a map; of a round that stands alone, its own.
  map_key bigint not null,
  ended_at timestamptz not null,
  attack text not null check (attack in ('completed', 'held', 'surrendered', 'unknown')),
  seconds float8,
  winner_team smallint,
  primary key (gaming_session_id, round_id)
);
create index map_round_cells_map_idx on map_round_cells (map_name, ended_at);

create table player_name_cells (
  gaming_session_id bigint not null,
  player_guid text not null,
  player_name text not null,
  clean_name text not null,
  first_ended_at timestamptz not null,
  last_ended_at timestamptz not null,
  primary key (gaming_session_id, player_guid, player_name)
);
create index player_name_cells_guid_idx on player_name_cells (player_guid, last_ended_at);

-- The highest of each session, for the record book.
create table record_cells (
  gaming_session_id bigint not null,
  scope text not null check (scope in ('round', 'map', 'session')),
  category text not null,
  -- Of a session: the empty text.
  map_name text not null,
  value float8 not null,
  ended_at timestamptz not null,
  round_id bigint not null,
  -- One, or a line-up.
  players text[] not null
);
create index record_cells_session_idx on record_cells (gaming_session_id);
create index record_cells_best_idx on record_cells (scope, category, value desc);
create index record_cells_map_idx on record_cells (map_name, scope, category, value desc);

create table player_award_cells (
  gaming_session_id bigint not null,
  award text not null,
  player_guid text not null,
  value float8 not null,
  primary key (gaming_session_id, award, player_guid)
);
create index player_award_cells_guid_idx on player_award_cells (player_guid);

create table sum_layout (layout text not null);
