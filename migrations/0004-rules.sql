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

alter table processed_files
  -- Of the rules that last read these bytes: what was refused may be a round now. NULL: older than the first version.
  add column rules_version integer;
create index processed_files_rules_idx on processed_files (rules_version, file_id);
-- Files with the same player lines: a round delivered under two names.
create index processed_files_digest_idx on processed_files (server_id, lines_digest) where lines_digest is not null;
-- A round is read beside those just before it, of any map.
drop index processed_files_map_idx;
