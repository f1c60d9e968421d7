-- Each post stands there once, whatever is lost, and a report follows its session wherever that goes.
-- Older versions work beside it: they look for posts by subject, which stays unique; a nonce they only write.

-- Made of what the message tells of: the same file gives the same nonce again, also as another round.
alter table discord_posts drop constraint discord_posts_nonce_key;
-- Too few people played for a message of its own; a fuller file may change that. NULL: not withheld.
alter table discord_posts add column withheld_at timestamptz;

-- Sessions can be joined: then the newest round that a report showed tells where its session went.
create view discord_report_sessions as
  select d.report_id, coalesce(g.gaming_session_id, anchor.gaming_session_id) as session_now
  from discord_reports d
  left join gaming_sessions g on g.gaming_session_id = d.gaming_session_id
  left join rounds anchor on anchor.round_id = d.anchor_round_id;

-- The slash commands as this application last told Discord of them.
create table discord_commands (
  application_id text primary key,
  digest text not null,
  registered_at timestamptz not null default now()
);

-- The last word after which an agent's silence was told: one alert for each silence.
alter table agent_heartbeats add column silence_told_of timestamptz;
