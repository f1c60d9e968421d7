-- Which rounds are games between people is decided in one place, report/players/human-rounds.ts. The view said the same a
-- second time, and no version ever read it: older ones work beside this.
drop view counted_human_stats;
