-- Who was in a round with two of his GUIDs was given the shots of both twice. Sessions of joined players are summed
-- again; older versions beside this one go on as before.
insert into unsummed_sessions (gaming_session_id)
  select distinct gaming_session_id from player_cells where player_guid in (select main_guid from player_joins);
