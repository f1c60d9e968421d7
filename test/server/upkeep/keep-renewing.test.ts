import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { pino } from 'pino'
import t from 'tap'
import { RULES_VERSION } from '../../../server/src/derive/rules-version.ts'
import type { ServerState } from '../../../server/src/server-state.ts'
import { countOld, keepRenewing, renewAll } from '../../../server/src/upkeep/keep-renewing.ts'
import { makeNight } from '../../support/game-server/make-night.ts'
import { deliverAll, derivedRows, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const ZONE = 'Europe/Ljubljana'
const NIGHT = makeNight(5, { script: 'values-33', zone: ZONE, length: 4 })
const log = pino({ level: 'silent' })

/** A database as older rules left it: one round refused, one waiting without need, all figures of theirs. */
async function oldDatabase(t: Parameters<typeof testDatabase>[0]) {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db, 'test', ZONE), NIGHT.files)
  const truth = await derivedRows(db)
  await sql`update processed_files set rules_version = null`.execute(db)
  await sql`update rounds set rules_version = null, outcome = null, counts_on = null, duration_seconds = 1`.execute(
    db,
  )
  await sql`update player_comprehensive_stats set bullets_fired = bullets_fired * 40, time_dead_ratio = 137`.execute(
    db,
  )
  await sql`
    with refused as (delete from rounds where round_id = (select min(round_id) from rounds) returning file_id)
    update processed_files f set status = 'rejected', error_code = 'unknown_variant', error_message = 'An old refusal.',
      map_name = null, round_number = null, ended_at = null, player_lines = null, text_bytes = null, lines_digest = null
    from refused where f.file_id = refused.file_id`.execute(db)
  await sql`delete from outbox`.execute(db)
  const state: Pick<ServerState, 'databasePrepared' | 'readOnly' | 'renewal'> = { databasePrepared: true }
  return { db, truth, context: { db, log, sessionGapMinutes: 60, state } }
}

t.test(
  'what older rules made is made anew, what they refused is read again, and nothing is told twice',
  async t => {
    const { db, truth, context } = await oldDatabase(t)
    t.notOk(isDeepStrictEqual(await derivedRows(db), truth))
    t.equal(await renewAll(context, new AbortController().signal), NIGHT.files.length)
    t.strictSame(await derivedRows(db), truth)
    t.equal(context.state.renewal, null)

    const events = await db.selectFrom('outbox').select(['kind', 'subject']).execute()
    t.equal(
      events.filter(event => event.kind === 'round_imported').length,
      1,
      'the one that had been refused',
    )
    const subjects = new Set(events.map(event => event.subject))
    t.equal(
      events.length,
      subjects.size + 1,
      'each is told of once; a round 2 again when its round 1 was accepted',
    )
    t.equal(await renewAll(context, new AbortController().signal), 0, 'and then nothing is left to do')
  },
)

t.test('newest first; a server that is stopped goes on where it was', async t => {
  const { db, truth, context } = await oldDatabase(t)
  const stopping = new AbortController()
  const renewing = keepRenewing(context, stopping.signal)
  while ((context.state.renewal?.done ?? 0) < 3) await sleep(5)
  stopping.abort()
  await renewing
  const left = await countOld(db)
  t.ok(left > 0 && left <= NIGHT.files.length - 3, `${left} files are left`)
  const { rows } = await sql<{ old: number; renewed: number }>`
    select max(file_id) filter (where rules_version is null) as old, min(file_id) filter (where rules_version = ${RULES_VERSION}) as renewed
    from processed_files`.execute(db)
  t.ok((rows[0]?.old ?? 0) < (rows[0]?.renewed ?? 0), 'the newest are done')

  await Promise.all([
    keepRenewing(context, new AbortController().signal),
    keepRenewing({ ...context, state: { databasePrepared: true } }, new AbortController().signal),
  ])
  t.equal(await countOld(db), 0)
  t.strictSame(await derivedRows(db), truth, 'two servers at once are in nobody’s way')
})

t.test('a file that cannot be read again is named, and the others are done', async t => {
  const { db, context } = await oldDatabase(t)
  const [bad = ''] = NIGHT.files.map(file => file.name).sort()
  await sql`create function refuse() returns trigger language plpgsql as $$ begin
    if new.filename = ${sql.lit(bad)} then raise exception 'no'; end if; return new; end $$`.execute(db)
  await sql`create trigger refuse before update on processed_files for each row execute function refuse()`.execute(
    db,
  )
  const errors: string[] = []
  const heard = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) })
  await renewAll({ ...context, log: heard }, new AbortController().signal)
  t.equal(errors.length, 1)
  t.match(errors[0], /could not be read again; its old rows stay/)
  t.equal(await countOld(db), 1)
})
