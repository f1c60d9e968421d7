-- What stands in Discord, so that each post is made once and can be edited when late data comes, and what the voice
-- channels are doing, so that a restart in between changes nothing.

-- An event that can never be posted as it is (Discord calls it invalid) must not hold up the others: it is set aside
-- and tried again now and then. Every other failure is the channel's, and all wait in order.
alter table outbox add column set_aside boolean not null default false;
-- The drain asks for the oldest waiting event.
create index outbox_order_idx on outbox (event_id) where done_at is null;

-- One row per message of ours. It is written before the message is first sent: whoever finds it without a message_id
-- knows that the message may stand in the channel already.
create table discord_posts (
  post_id bigint generated always as identity primary key,
  -- What it tells of: `round 12`, `report 3 cards 1`, `alert 77`. One message each.
  subject text not null unique,
  channel_id text not null,
  -- Discord answers a second message with the same nonce with the first, for some minutes.
  nonce text not null unique,
  -- Since when an attempt may have succeeded without our hearing of it. NULL: none may.
  uncertain_since timestamptz,
  message_id text,
  -- Of what the message shows (or what was last sent): equal digests need no edit.
  digest text,
  created_at timestamptz not null default now(),
  posted_at timestamptz,
  edited_at timestamptz,
  -- Somebody deleted the message, or the round went away: it is not posted again.
  removed_at timestamptz
);
create index discord_posts_message_idx on discord_posts (message_id) where message_id is not null;

-- A gathering in the voice channels. At most one is open; more than one bot never runs (advisory lock).
create table voice_sessions (
  voice_session_id bigint generated always as identity primary key,
  began_at timestamptz not null,
  -- The newest round then: what was played during the gathering has a higher number, whatever any clock says.
  last_round_before bigint not null,
  -- Since when too few are there; NULL while enough are.
  low_since timestamptz,
  ended_at timestamptz
);
create unique index voice_sessions_open_idx on voice_sessions ((true)) where ended_at is null;

-- A session's report that was posted: at the end of voice, or by command. Its messages are rows of discord_posts.
create table discord_reports (
  report_id bigint generated always as identity primary key,
  -- No foreign key: sessions can be joined. Then the newest round that it showed tells where it went.
  gaming_session_id bigint not null,
  anchor_round_id bigint,
  channel_id text not null,
  voice_session_id bigint unique references voice_sessions,
  -- The message or interaction that asked for it.
  asked_by text unique,
  -- As shown: the number of messages with cards, and the session's changed_at. NULL: not wholly posted yet.
  card_messages integer,
  shown_changed_at timestamptz,
  created_at timestamptz not null default now(),
  check ((voice_session_id is null) <> (asked_by is null))
);
-- The newest report of a session in a channel is the one that is kept up to date.
create index discord_reports_session_idx on discord_reports (gaming_session_id, channel_id, report_id desc);

-- `!session 2026-05-05`.
create index rounds_date_idx on rounds (round_date);
