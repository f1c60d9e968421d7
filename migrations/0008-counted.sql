-- One door to what counts: reports, pages, posts, commands and suggestions read these two views, and no statement of
-- theirs says what "counted" is. Aborted attempts and rounds that wait for their round 1 are in no figure.
-- A view keeps the columns of the day it was made: who adds one to rounds replaces it (`create or replace view`).

create view counted_rounds as
  select * from rounds where status = 'complete';

-- As it was, with the round's own facts from there.
create or replace view counted_player_stats as
  select p.*, r.server_id, r.gaming_session_id, r.match_id, r.ended_at
  from player_comprehensive_stats p
  join counted_rounds r using (round_id);
