-- What each agent last told about itself, so that the server can say when one has gone quiet or holds files back.
create table agent_heartbeats (
  server_id bigint not null references game_servers on delete cascade,
  -- Chosen by the agent: several may deliver for one game server (a folder and an SSH poll).
  agent_id text not null,
  version text not null,
  source text not null check (source in ('agent', 'ssh', 'manual')),
  started_at timestamptz not null,
  -- By the agent's clock; received_at is by ours. The difference shows a clock that is wrong.
  sent_at timestamptz not null,
  received_at timestamptz not null default now(),
  waiting integer not null check (waiting >= 0),
  oldest_waiting_at timestamptz,
  last_error text,
  primary key (server_id, agent_id)
);

-- The newest files of one game server: its list of receipts, and "when did it last send anything" on /metrics.
create index processed_files_newest_idx on processed_files (server_id, received_at desc);
