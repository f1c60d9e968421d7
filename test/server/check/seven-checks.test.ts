import type { Receipt } from '@debrief/shared'
import { type RawBuilder, sql } from 'kysely'
import t from 'tap'
import { checkDatabase } from '../../../server/src/check/check-database.ts'
import { corpusFile, corpusFiles } from '../../support/corpus.ts'
import { keepLines, setValue } from '../../support/damage.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const ROUND_1 = '2026-05-05-204850-supply-round-1.txt'
const ROUND_2 = '2026-05-05-205446-supply-round-2.txt'

t.test('checks 1 to 4 hold the database against the bytes, and see what is missing there', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), [corpusFile(ROUND_1), corpusFile(ROUND_2)])
  const codes = async () => {
    const found: (string | number | undefined)[][] = []
    for await (const { filename, warnings } of checkDatabase(db)) {
      for (const { code, check, expected, actual } of warnings) {
        found.push([filename, code, check, Number(expected) - Number(actual)])
      }
    }
    return found
  }
  t.strictSame(await codes(), [], 'nothing to complain of')

  const tamper = (statement: RawBuilder<unknown>) => statement.execute(db)
  const round2 = sql`(select round_id from rounds where round_number = 2)`
  await tamper(sql`update player_comprehensive_stats set kills = kills + 1 where round_id = ${round2}`)
  t.strictSame(await codes(), [
    [ROUND_2, 'total_kills', 3, -6],
    [ROUND_2, 'kills_deaths_balance', 5, 6],
  ])
  await tamper(
    sql`update player_comprehensive_stats set kills = kills - 1, deaths = deaths + 1 where round_id = ${round2}`,
  )
  t.strictSame(await codes(), [
    [ROUND_2, 'total_deaths', 4, -6],
    [ROUND_2, 'kills_deaths_balance', 5, -6],
  ])
  await tamper(sql`update player_comprehensive_stats set deaths = deaths - 1 where round_id = ${round2}`)
  await tamper(
    sql`delete from weapon_comprehensive_stats where round_id = ${round2} and weapon_name = 'grenade'`,
  )
  t.match(await codes(), [[ROUND_2, 'weapon_row_count', 2, 6]])
  await tamper(sql`delete from player_comprehensive_stats where round_id = ${round2}`)
  t.strictSame(
    (await codes()).map(([, code]) => code),
    ['player_count', 'weapon_row_count', 'total_kills', 'total_deaths'],
  )
})

t.test('the import itself asks what the database holds', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  // A database that loses rows on the way in: the checks run inside the transaction and see it.
  await sql`create function lose() returns trigger language plpgsql as 'begin return null; end'`.execute(db)
  await sql`create trigger lose before insert on weapon_comprehensive_stats for each row execute function lose()`.execute(
    db,
  )
  const receipt = await deliver(db, server, corpusFile(ROUND_1))
  t.equal(receipt.status, 'imported', 'the round is saved all the same')
  t.match(receipt.warnings, [{ code: 'weapon_row_count', check: 2, actual: 0 }])
})

t.test('checks 5, 6 and 7 see figures that do not add up', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  const { content } = corpusFile(ROUND_1)
  const warningsOf = async (changed: Buffer): Promise<Receipt['warnings']> => {
    const receipt = await deliver(db, server, { name: ROUND_1, content: changed }, true)
    t.equal(receipt.status, 'imported')
    return receipt.warnings
  }
  t.strictSame(await warningsOf(content), [])
  t.match(await warningsOf(keepLines(content, 4)), [
    { code: 'kills_deaths_balance', check: 5 },
    { code: 'damage_balance', check: 6 },
  ])
  t.match(await warningsOf(setValue(content, 2, 0, '1814')), [
    { code: 'damage_balance', check: 6, expected: 7341, actual: 7335 },
  ])
  t.strictSame(await warningsOf(setValue(content, 2, 0, '1813')), [], 'off by 5 is no warning')
  t.match(await warningsOf(setValue(content, 2, 20, '212')), [
    { code: 'weapon_totals', check: 7, expected: 1260, actual: 1266 },
  ])
  t.match(await warningsOf(setValue(content, 2, 26, '4.9')), [{ code: 'weapon_totals', check: 7 }])
})

t.test('warnings are stored with the file, returned, and told again to who sends it again', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  const cut = { name: ROUND_1, content: keepLines(corpusFile(ROUND_1).content, 4) }
  const first = await deliver(db, server, cut)
  const again = await deliver(db, server, cut)
  t.equal(first.warnings.length, 2)
  t.strictSame(again.warnings, first.warnings)
  t.equal(again.duplicate, true)
  const { warnings } = await db.selectFrom('processed_files').select('warnings').executeTakeFirstOrThrow()
  t.strictSame(warnings, first.warnings)

  const whole = await deliver(db, server, corpusFile(ROUND_1))
  t.strictSame(whole.warnings, [], 'the whole file replaces the cut one')
  t.equal(whole.round?.id, first.round?.id, 'under the same number')
  t.equal((await deliver(db, server, cut)).problem?.code, 'superseded')
})

t.test('the corpus evenings add up, in rounds that somebody left and joined too', async t => {
  const { db } = await testDatabase(t)
  const receipts = await deliverAll(db, await gameServer(db), corpusFiles('evenings'))
  t.strictSame(
    receipts.filter(receipt => receipt.warnings.length > 0).map(receipt => receipt.file.name),
    [],
  )
})
