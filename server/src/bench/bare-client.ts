import pg from 'pg'

const TABLES = [
  'processed_files',
  'rounds',
  'player_comprehensive_stats',
  'weapon_comprehensive_stats',
] as const

/** The finished rows of one file, as the database would give them. */
type Rows = Record<(typeof TABLES)[number], string> & Place

/** In the order of time: a round 2 comes behind the file that it counts on from. */
interface Place {
  endedAt: string
  fileId: number
}

export interface BareClient {
  /** Writes the rows of all files that have come since, later ones than before; answers the milliseconds of each. */
  catchUp(): Promise<number[]>
  close(): Promise<void>
}

/**
 * The yardstick: a client that has all rows ready and only inserts them, one transaction a file, on one connection. No
 * reading, no checking, no neighbours, no HTTP. Reads the rows from `source` and writes them to the empty `target`
 * (same tables), in the same order. It takes turns with what it is measured against: a machine that others share is
 * fast in one minute and slow in the next.
 */
export async function openBareClient(source: string, target: string): Promise<BareClient> {
  const from = new pg.Client({ connectionString: source })
  const to = new pg.Client({ connectionString: target })
  await Promise.all([from.connect(), to.connect()])
  let last: Place = { endedAt: '-infinity', fileId: 0 }
  return {
    async catchUp() {
      await copyParents(from, to)
      const took: number[] = []
      for (;;) {
        const files = await finishedRows(from, last)
        for (const file of files) {
          const startedAt = performance.now()
          await insertFile(to, file)
          took.push(performance.now() - startedAt)
          last = file
        }
        if (files.length === 0) return took
      }
    },
    async close() {
      await Promise.all([from.end(), to.end()])
    },
  }
}

async function insertFile(to: pg.Client, file: Rows): Promise<void> {
  await to.query('begin')
  for (const table of TABLES) {
    const columns = COLUMNS[table]
    await to.query(
      `insert into ${table} ${columns ? `(${columns})` : ''} overriding system value
       select ${columns ?? '*'} from json_populate_recordset(null::${table}, $1::json)`,
      [file[table]],
    )
  }
  await to.query('commit')
}

/** Where a table has generated columns they must be left out. */
const COLUMNS: Partial<Record<(typeof TABLES)[number], string>> = {
  processed_files:
    'file_id, server_id, filename, sha256, bytes, content, source, received_at, processed_at, status, warnings, map_name, round_number, ended_at, player_lines, text_bytes, lines_digest',
  rounds:
    'round_id, server_id, file_id, filename, round_date, round_time, ended_at, map_name, round_number, host_name, config, defender_team, winner_team, winner, axis_score, allies_score, time_limit_seconds, duration_seconds, base_file_id, gaming_session_id, match_id, status, format_variant, player_count, weapon_row_count, changed_at',
}

/** Servers and sessions: few rows, not part of the measurement. */
async function copyParents(from: pg.Client, to: pg.Client): Promise<void> {
  for (const table of ['game_servers', 'gaming_sessions']) {
    const { rows } = await from.query<{ rows: string }>(
      `select coalesce(json_agg(t), '[]')::text as rows from ${table} t`,
    )
    await to.query(
      `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1::json)
       on conflict do nothing`,
      [rows[0]?.rows],
    )
  }
}

/** Read in portions, which are not part of the measurement: a history in memory would be. */
const PORTION = 200

async function finishedRows(from: pg.Client, behind: Place): Promise<Rows[]> {
  const { rows } = await from.query<Rows>(
    `
    select f.ended_at::text as "endedAt", f.file_id::integer as "fileId",
      json_build_array(f)::text as processed_files, json_build_array(r)::text as rounds,
      (select json_agg(p)::text from player_comprehensive_stats p where p.round_id = r.round_id) as player_comprehensive_stats,
      (select json_agg(w)::text from weapon_comprehensive_stats w where w.round_id = r.round_id) as weapon_comprehensive_stats
    from processed_files f join rounds r using (file_id)
    where (f.ended_at, f.file_id) > ($1::timestamptz, $2::bigint) order by f.ended_at, f.file_id limit ${PORTION}`,
    [behind.endedAt, behind.fileId],
  )
  return rows
}
