import pg from 'pg'

const TABLES = [
  'processed_files',
  'rounds',
  'player_comprehensive_stats',
  'weapon_comprehensive_stats',
] as const

/** The finished rows of one file, as the database would give them. */
type Rows = Record<(typeof TABLES)[number], string>

/**
 * The yardstick: a client that has all rows ready and only inserts them, one transaction a file, on one connection. No
 * reading, no checking, no neighbours, no HTTP. Reads the rows from `source` and writes them to the empty `target`
 * (same tables); answers files a second.
 */
export async function benchBareClient(source: string, target: string): Promise<number> {
  const from = new pg.Client({ connectionString: source })
  const to = new pg.Client({ connectionString: target })
  await Promise.all([from.connect(), to.connect()])
  try {
    await copyParents(from, to)
    let [count, spentMs] = [0, 0]
    for (;;) {
      const files = await finishedRows(from, count)
      if (files.length === 0) return count / (spentMs / 1000)
      const startedAt = performance.now()
      for (const file of files) await insertFile(to, file)
      spentMs += performance.now() - startedAt
      count += files.length
    }
  } finally {
    await Promise.all([from.end(), to.end()])
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
      `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1::json)`,
      [rows[0]?.rows],
    )
  }
}

/** Read in portions, which are not part of the measurement: a history in memory would be. */
const PORTION = 200

async function finishedRows(from: pg.Client, offset: number): Promise<Rows[]> {
  const { rows } = await from.query<Rows>(`
    select json_build_array(f)::text as processed_files, json_build_array(r)::text as rounds,
      (select json_agg(p)::text from player_comprehensive_stats p where p.round_id = r.round_id) as player_comprehensive_stats,
      (select json_agg(w)::text from weapon_comprehensive_stats w where w.round_id = r.round_id) as weapon_comprehensive_stats
    from processed_files f join rounds r using (file_id) order by f.ended_at, f.file_id limit ${PORTION} offset ${offset}`)
  return rows
}
