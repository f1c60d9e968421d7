import type { Receipt, Source } from '@debrief/shared'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { DB } from '../../server/src/db/tables.ts'
import type { GameServer } from '../../server/src/game-servers/game-server.ts'
import { ingest } from '../../server/src/ingest.ts'
import { CORPUS_ZONE, type CorpusFile } from './corpus.ts'

export interface Sent extends CorpusFile {
  modifiedAt?: Date
  source?: Source
}

/** A game server to deliver for. */
export async function gameServer(db: Kysely<DB>, name = 'test', timezone = CORPUS_ZONE): Promise<GameServer> {
  const { server_id } = await db
    .insertInto('game_servers')
    .values({ name, timezone })
    .returning('server_id')
    .executeTakeFirstOrThrow()
  return { serverId: server_id, name, timezone }
}

/** Delivers one file as the ingest API would. */
export function deliver(db: Kysely<DB>, server: GameServer, file: Sent, dryRun = false): Promise<Receipt> {
  const upload = {
    server,
    name: file.name,
    content: file.content,
    modifiedAt: file.modifiedAt ?? null,
    source: file.source ?? 'agent',
    dryRun,
  }
  return ingest({ db, sessionGapMinutes: 60 }, upload)
}

export async function deliverAll(
  db: Kysely<DB>,
  server: GameServer,
  files: readonly Sent[],
): Promise<Receipt[]> {
  const receipts: Receipt[] = []
  for (const file of files) receipts.push(await deliver(db, server, file))
  return receipts
}

/**
 * Every derived row, without surrogate ids and times of arrival: what must be equal, whatever the way. Sessions and
 * matches are told by the rounds in them.
 */
export async function derivedRows(db: Kysely<DB>): Promise<unknown[]> {
  const { rows } = await sql<{ row: unknown }>`
    with named as (
      select r.*, s.name as server,
        (select min(o.ended_at) || ' ' || count(*) from rounds o where o.gaming_session_id = r.gaming_session_id) as session,
        (select f.filename from processed_files f where f.file_id = r.match_id) as match,
        (select f.sha256 from processed_files f where f.file_id = r.base_file_id) as base,
        (select f.sha256 from processed_files f where f.file_id = r.file_id) as file
      from rounds r join game_servers s using (server_id)
    )
    select to_jsonb(n) - array['round_id', 'server_id', 'file_id', 'base_file_id', 'gaming_session_id', 'match_id', 'changed_at']
      || jsonb_build_object(
        'players', (select jsonb_agg(to_jsonb(p) - 'round_id' order by player_guid)
          from player_comprehensive_stats p where p.round_id = n.round_id),
        'weapons', (select jsonb_agg(to_jsonb(w) - 'round_id' order by player_guid, weapon_name)
          from weapon_comprehensive_stats w where w.round_id = n.round_id),
        'awards', (select jsonb_agg(to_jsonb(a) - 'round_id' order by position)
          from round_awards a where a.round_id = n.round_id),
        'duels', (select jsonb_agg(to_jsonb(d) - 'round_id' order by player_guid, opponent_guid)
          from round_duels d where d.round_id = n.round_id)) as row
    from named n order by n.server, n.filename`.execute(db)
  const files = await sql<{ row: unknown }>`
    select jsonb_build_array(s.name, filename, sha256, status, error_code, error_line, error_message, warnings, ended_at) as row
    from processed_files f join game_servers s using (server_id) order by s.name, filename, sha256`.execute(
    db,
  )
  const awarded = await sql<{ row: unknown }>`
    select jsonb_build_array(s.name, f.filename, f.sha256, r.filename, e.open_lines) as row
    from endstats_files e join processed_files f using (file_id) join game_servers s on s.server_id = f.server_id
    left join rounds r on r.round_id = e.round_id order by s.name, f.filename, f.sha256`.execute(db)
  const players = await sql<{
    row: unknown
  }>`select to_jsonb(p) as row from players p order by player_guid`.execute(db)
  const sessions = await sql<{ row: unknown }>`
    select jsonb_build_array(s.name, g.started_at, g.ended_at) as row
    from gaming_sessions g join game_servers s using (server_id) order by 1`.execute(db)
  return [...rows, ...files.rows, ...awarded.rows, ...players.rows, ...sessions.rows].map(({ row }) => row)
}

/** Derived rows but for the warnings, which tell that a copied file is younger than its stamp. */
export function withoutWarnings(rows: unknown[]): unknown[] {
  return rows.map(row => (Array.isArray(row) ? row.filter((_, index) => index !== 7) : row))
}
