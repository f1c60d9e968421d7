-- Who was to be split into two sides: the button below the message shuffles the same people, whoever is in voice by
-- then, and after a restart too. Kept for a month.
create table team_draws (
  draw_id bigint generated always as identity primary key,
  -- `[{"guid": …} or {"user": a Discord user who is linked to nobody}, …]`
  people jsonb not null,
  created_at timestamptz not null default now()
);
