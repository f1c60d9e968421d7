-- Awards and duels come by a file of their own, which may change no round: the pages of players rest on them too.
-- Older versions work beside it: they write no duels.
create function note_changed_duels() returns trigger language plpgsql as $$
begin
  insert into player_changes (what, changes)
    select distinct 'server ' || r.server_id, 1 from changed join rounds r using (round_id) order by 1
    on conflict (what) do update set changes = player_changes.changes + 1;
  return null;
end $$;
create trigger duels_added after insert on round_duels referencing new table as changed
  for each statement execute function note_changed_duels();
create trigger duels_withdrawn after delete on round_duels referencing old table as changed
  for each statement execute function note_changed_duels();
