import type { ClientBase, Pool } from 'pg'

/** `debrief discord bot`, as one number: PostgreSQL's advisory locks are named so. */
export const LOCK_KEY = 0x64_65_62_01

/** Takes the lock for this connection, for as long as it lives. False: another process has it. */
export async function tryLeaderLock(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ won: boolean }>('select pg_try_advisory_lock($1) as won', [LOCK_KEY])
  return rows[0]?.won === true
}

/** Whether a process on this database leads: then it runs the bot. */
export async function isLed(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ led: boolean }>(
    `select exists (select from pg_locks where locktype = 'advisory' and objid = $1 and classid = 0
      and database = (select oid from pg_database where datname = current_database())) as led`,
    [LOCK_KEY],
  )
  return rows[0]?.led === true
}
