-- Older versions work beside it: their imports leave marks too, by the trigger, which writes to a table of its own alone.
-- Ratings are a function of all map results in the order of their ends, so a late file may change every one of them.
-- What that function needs is kept here, made from the rounds whenever somebody reads (or the upkeep comes by): an
-- import does no more than leave a mark.

-- "Something of this session changed": a row for each change, never updated, so that no import waits for another, and
-- a mark that is not yet committed is simply taken by the next reader.
create table rating_marks (
  mark_id bigint generated always as identity primary key,
  gaming_session_id bigint not null,
  -- A map can be half in this session and half in another, whose result rests on it.
  match_id bigint
);
create index rating_marks_session_idx on rating_marks (gaming_session_id);

-- By a trigger and not by the import: sessions are also joined, split and renumbered, and rounds withdrawn.
create function mark_rating() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.status = 'complete' then
    insert into rating_marks (gaming_session_id, match_id) values (old.gaming_session_id, old.match_id);
    if tg_op = 'UPDATE' and new.status = 'complete' and new.gaming_session_id = old.gaming_session_id
      and new.match_id is not distinct from old.match_id then
      return null;
    end if;
  end if;
  if tg_op <> 'DELETE' and new.status = 'complete' then
    insert into rating_marks (gaming_session_id, match_id) values (new.gaming_session_id, new.match_id);
  end if;
  return null;
end $$;
create trigger rounds_mark_rating after insert or update or delete on rounds
  for each row execute function mark_rating();
insert into rating_marks (gaming_session_id) select distinct gaming_session_id from rounds;

-- The map results that are rated, each at its place in the order: the end of its last round. The file's name and the
-- game server decide between equals, so that the order is the same whatever came first.
create table rated_maps (
  ended_at timestamptz not null,
  filename text collate "C" not null,
  server_id bigint not null,
  gaming_session_id bigint not null,
  -- `[winner, team A, team B]`, a team as `[[guid, rounds played], …]` in the order of GUIDs.
  result jsonb not null,
  primary key (ended_at, filename, server_id)
);
create index rated_maps_session_idx on rated_maps (gaming_session_id);

-- Everybody's rating after the result at this place: the newest is the present, the others are where a replay begins
-- when an older result changes.
create table rating_checkpoints (
  ended_at timestamptz not null,
  filename text collate "C" not null,
  server_id bigint not null,
  -- How many results there are up to here.
  results integer not null,
  -- Of the rules that made it; of other rules it is worth nothing.
  rules text not null,
  -- `[[guid, mu, sigma, maps, end of the last map in ms], …]`
  ratings jsonb not null,
  primary key (ended_at, filename, server_id)
);
