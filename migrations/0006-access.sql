-- Who may do what, who did what, who sent a file, and what its import cost.
-- Older versions work beside it: they look a token up together with its game server, which only ingest tokens have.

-- `ingest`: uploads for its game server. `read`: reads where reading is private. `admin`: reads, and sees the figures
-- of /metrics. Only ingest tokens belong to a game server.
alter table ingest_tokens
  add column scope text not null default 'ingest' check (scope in ('ingest', 'read', 'admin')),
  -- What a read or admin token is for, in its maker's words.
  add column label text,
  alter column server_id drop not null,
  add constraint ingest_tokens_server_check check ((scope = 'ingest') = (server_id is not null));

-- One row per administrative act: tokens made and revoked, rebuilds, posts given up, restores.
create table admin_actions (
  action_id bigint generated always as identity primary key,
  done_at timestamptz not null default now(),
  -- `debrief` and the account that ran it, or `settings`.
  actor text not null,
  action text not null,
  -- What it was done to, such as `token 3`. Never a token.
  subject text not null
);

-- Random keys that all servers of one database share, made by the first that needs one.
create table server_secrets (
  name text primary key,
  value bytea not null
);

alter table processed_files
  -- Whose token brought these bytes first, and from where; no foreign key: it would cost each import a look-up.
  add column token_id bigint,
  add column sent_from text,
  -- Milliseconds from the whole file in memory to just before the commit. NULL: imported before this was kept.
  add column took_ms integer check (took_ms >= 0);
