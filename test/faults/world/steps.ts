import type { Database } from '../../../server/src/db/database.ts'
import { withClient } from '../../support/test-database/database-url.ts'

/** Where an import or a post can be stopped: after which statement on which table; `commit`: at the end of its transaction. */
export const STEPS = {
  'the file is kept': { table: 'processed_files', when: 'insert' },
  'the session is found': { table: 'gaming_sessions', when: 'insert or update' },
  'the round is written': { table: 'rounds', when: 'insert or update' },
  'the players are written': { table: 'player_comprehensive_stats', when: 'insert' },
  'the weapons are written': { table: 'weapon_comprehensive_stats', when: 'insert' },
  'its event is written': { table: 'outbox', when: 'insert' },
  'the import is committed': { table: 'processed_files', when: 'insert', commit: true },
  'an event is taken': { table: 'outbox', when: 'update of attempts' },
  'a post is announced in the ledger': { table: 'discord_posts', when: 'insert', commit: true },
  'a post is noted': { table: 'discord_posts', when: 'update of message_id', commit: true },
  'an event is settled': { table: 'outbox', when: 'update of done_at', commit: true },
} as const satisfies Record<string, { table: string; when: string; commit?: true }>
export type StepName = keyof typeof STEPS
export const STEP_NAMES = Object.keys(STEPS) as StepName[]

const LOCK = 471_100

/** Triggers at all steps; they do nothing until `stopAt` closes one. */
export async function installSteps({ pool }: Pick<Database, 'pool'>): Promise<void> {
  await pool.query(`
    create table fault_step (name text primary key);
    create function stop_at_fault_step() returns trigger language plpgsql as $$
    begin
      if exists (select from fault_step where name = tg_argv[0]) then
        perform pg_advisory_xact_lock(${LOCK});
      end if;
      return null;
    end $$`)
  for (const [name, step] of Object.entries(STEPS)) {
    const trigger = `"stop: ${name}" after ${step.when} on ${step.table}`
    const calls = `execute function stop_at_fault_step('${name}')`
    await pool.query(
      'commit' in step
        ? `create constraint trigger ${trigger} deferrable initially deferred for each row ${calls}`
        : `create trigger ${trigger} for each statement ${calls}`,
    )
  }
}

/**
 * Closes a step, begins, and tells which process came to it, by its application_name; null where none did in time, or
 * the database went away. What `then` does happens while that one stands there; afterwards the step is open again.
 */
export async function stopAt(
  url: string,
  { step, begin, then }: { step: StepName; begin(): void; then(who: string): Promise<unknown> },
): Promise<boolean> {
  return withClient(url, async client => {
    client.on('error', () => undefined)
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await client.query('insert into fault_step values ($1) on conflict do nothing', [step])
    begin()
    for (const end = performance.now() + 4_000; performance.now() < end; ) {
      const { rows } = await client.query<{ who: string }>(
        `select application_name as who from pg_locks join pg_stat_activity using (pid)
         where locktype = 'advisory' and objid = $1 and not granted and application_name <> ''`,
        [LOCK],
      )
      const [first] = rows
      if (first) {
        await client.query('delete from fault_step')
        await then(first.who)
        return true
      }
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    await client.query('delete from fault_step')
    return false
  })
}
