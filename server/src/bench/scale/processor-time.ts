import { readFileSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'

/**
 * Begins to measure; the answer tells how many milliseconds of a processor this process and the sessions of PostgreSQL
 * have taken since. Theirs are read from Linux, to the nanosecond, where it runs on this machine; elsewhere they are
 * left out.
 */
export async function processorTime(db: Kysely<DB>): Promise<() => number> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity where datname = current_database()`.execute(db)
  const pids = rows.map(row => row.pid)
  const [before, own] = [ofSessions(pids), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(own)
    return (user + system) / 1000 + ofSessions(pids) - before
  }
}

function ofSessions(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + ofProcess(pid), 0)
}

function ofProcess(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    // It has ended, or is on another machine.
    return 0
  }
}
