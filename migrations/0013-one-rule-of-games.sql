-- Which rounds are games between people is decided in one place, report/players/human-rounds.ts; the view said the same a
-- second time.
-- Older versions work beside it: none ever read the view.
drop view counted_human_stats;
