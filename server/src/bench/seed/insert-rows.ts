import type pg from 'pg'
import { type Rows, SEEDED_TABLES } from './seeded-rows.ts'

/** Puts rows into their tables, those first that others point to. One transaction. */
export async function insertRows(client: pg.ClientBase, rows: Rows): Promise<void> {
  await client.query('begin')
  for (const table of SEEDED_TABLES) {
    const [first] = rows[table]
    if (!first) continue
    const columns = Object.keys(first).join(', ')
    // A player's whole GUID is told again on every evening.
    const known = table === 'players' ? 'on conflict do nothing' : ''
    await client.query({
      text: `insert into ${table} (${columns}) overriding system value
        select ${columns} from json_populate_recordset(null::${table}, $1::json) ${known}`,
      values: [JSON.stringify(rows[table])],
    })
  }
  await client.query('commit')
}

/** What is not written beside each row: the numbers that come next, what the triggers would have noted, statistics. */
export async function finishTables(client: pg.ClientBase): Promise<void> {
  await client.query(`
    select setval(pg_get_serial_sequence('processed_files', 'file_id'), max(file_id)) from processed_files;
    select setval(pg_get_serial_sequence('rounds', 'round_id'), max(round_id)) from rounds;
    update counters set value = (select max(gaming_session_id) from gaming_sessions) where name = 'gaming_session'`)
  await client.query('vacuum analyze')
}
