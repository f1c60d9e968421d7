import { sql } from 'kysely'
import t from 'tap'
import { loadRecordBook } from '../../../server/src/report/players/record-book.ts'
import { settleFigures } from '../../../server/src/report/players/settle-figures.ts'
import { loadSessionRows } from '../../../server/src/report/session-rows.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

/** Eight rounds that differ in nothing but a digit that no figure is made of: each is a round of its own. */
function alike(): { name: string; content: Buffer }[] {
  const source = corpusFiles('evenings').find(({ name }) => name.endsWith('-round-1.txt'))
  if (!source) throw new Error('There is no evening.')
  const text = source.content.toString('latin1')
  return Array.from({ length: 8 }, (_, index) => ({
    name: `2026-05-05-20${10 + 5 * index}00${source.name.slice(17)}`,
    content: Buffer.from(
      text.replace(/\t(\d+)\n/, (_all, last) => `\t${Number(last) + index}\n`),
      'latin1',
    ),
  }))
}

t.test('of those who share a record the earliest are kept, however many they are', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), alike().toReversed())
  await settleFigures(db)
  const { rows } = await sql<{ most: number; cells: number }>`
    select max(count)::int as most, sum(count)::int as cells
    from (select count(*) from record_cells where scope = 'round' group by category, map_name) each`.execute(
    db,
  )
  t.equal(rows[0]?.most, 5)
  const rounds = await db.selectFrom('rounds').select(['round_id', 'ended_at']).orderBy('ended_at').execute()
  t.equal(rounds.length, 8)
  const kills = (await loadRecordBook(db)).overall.find(
    ({ scope, category }) => scope === 'round' && category === 'kills',
  )
  t.strictSame(
    kills?.holders.map(({ roundId }) => roundId),
    rounds.slice(0, 5).map(({ round_id }) => round_id),
  )
})

t.test('a report has an end, sums have none', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), alike())
  const all = await loadSessionRows(db, 1)
  const bounded = await loadSessionRows(db, 1, { mostPeople: 2 })
  const people = (rows: typeof all) => new Set(rows?.players.map(({ player_guid }) => player_guid)).size
  t.ok(people(all) > 2)
  t.equal(people(bounded), 2)
  t.equal(bounded?.leftOut.people, people(all) - 2)
  await settleFigures(db)
  const { rows } = await sql<{ people: number }>`
    select count(distinct player_guid)::int as people from player_cells`.execute(db)
  const humans = all?.players.filter(({ player_guid }) => !player_guid.startsWith('OMNIBOT'))
  t.equal(rows[0]?.people, new Set(humans?.map(({ player_guid }) => player_guid)).size)
})
