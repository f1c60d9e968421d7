-- What a round's file shows beyond its figures, and which version of the rules read it.

alter table rounds
  -- How the round ended. NULL: nothing in the file tells.
  add column outcome text check (outcome in ('completed', 'held', 'surrendered', 'broken_off')),
  -- Why its counters were taken to go on from those of base_file_id, or to have begun anew (CountsOn in the code).
  add column counts_on jsonb,
  -- Of the rules that made this row; a server with newer rules makes it anew. NULL: older than the first version.
  add column rules_version integer;
-- Rounds that older rules made, newest first.
create index rounds_rules_idx on rounds (rules_version, ended_at desc);
