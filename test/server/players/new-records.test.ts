import { sql } from 'kysely'
import t from 'tap'
import { awardsCard } from '../../../server/src/cards/awards-card.ts'
import { cardFrame } from '../../../server/src/cards/card-frame.ts'
import { sessionReportSchema } from '../../../server/src/http/schemas/session-report-schema.ts'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import type { SessionReport } from '../../../server/src/report/session-report.ts'
import { sessionVersion } from '../../../server/src/report/session-version.ts'
import { textReport } from '../../../server/src/report/text-report.ts'
import { corpusEndstats, corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'
import { testDatabase } from '../../support/test-database.ts'

const EVENINGS = corpusFiles('evenings')

/** Of one figure of a round, added up by itself from the rows of rounds. */
interface Best {
  session: number
  startedAt: number
  map: string
  value: number
  guid: string
  endedAt: number
}

t.test('the records that an evening set', async t => {
  const { app, db } = await testApp(t)
  const server = await gameServer(db, 'zone')
  await deliverAll(db, server, EVENINGS)
  const sessions = await numbers(db)
  t.equal(sessions.length, 3)
  const of = async (session: number) => (await loadSessionReport(db, session))?.newRecords ?? []

  t.same(await of(1), [], 'the first evening has beaten nobody')
  const before = new Map<number, SessionReport['newRecords']>()
  let found = 0
  for (const session of sessions) {
    const told = await of(session)
    before.set(session, told)
    for (const category of ['kills', 'damage', 'gibs', 'revives'] as const) {
      const all = await figures(db, category)
      const overall = newest(all, session, () => true)
      t.same(simple(told, category, null), overall, `${category} of session ${session}`)
      for (const map of new Set(all.map(each => each.map))) {
        const own = newest(all, session, each => each.map === map)
        // What is a record of all maps is not told again.
        const isToldAbove = own.some(each => overall.some(above => above.value === each.value))
        t.same(
          simple(told, category, map),
          isToldAbove ? [] : own,
          `${category} of session ${session} on ${map}`,
        )
        found += own.length
      }
    }
  }
  t.ok(found > 3, 'there was something to find')

  const report = sessionReportSchema.parse((await app.inject('/api/v1/sessions/2')).json())
  t.same(report.newRecords, before.get(2))
  const [record] = report.newRecords
  if (!record) throw new Error('The second evening set no record.')
  const page = (await app.inject({ url: '/sessions/2', headers: { accept: 'text/html' } })).body
  t.match(page, 'New records')
  t.match(page, `before: ${record.before.figure}`)
  t.match(textReport(report), `before: ${record.before.figure}`)
  const card = awardsCard(report, cardFrame(report, { publicUrl: null })).blocks
  t.match(card.at(-1)?.entries[0], `(before: ${record.before.figure})`)

  await t.test('whatever the order, and after a rebuild', async t => {
    const other = await testDatabase(t)
    await deliverAll(other.db, await gameServer(other.db, 'zone'), EVENINGS.toReversed())
    for (const [place, session] of (await numbers(other.db)).entries()) {
      const told = (await loadSessionReport(other.db, session))?.newRecords ?? []
      const bare = (records: SessionReport['newRecords']) => records.map(({ roundId: _, ...rest }) => rest)
      t.same(bare(told), bare(before.get(sessions[place] ?? 0) ?? []))
    }
    await rebuild({ db, sessionGapMinutes: 60 })
    for (const session of sessions) t.same(await of(session), before.get(session))
  })

  await t.test('an earlier evening that changes is seen at once, in the version too', async t => {
    const kills = (await figures(db, 'kills')).filter(({ session }) => session === 1)
    const best = Math.max(...kills.map(({ value }) => value))
    const version = await sessionVersion(db, 2)
    // A figure that no later evening reaches.
    await sql`update player_comprehensive_stats set kills = 500 where kills = ${best}
      and round_id in (select round_id from rounds where gaming_session_id = 1)`.execute(db)
    await sql`update rounds set changed_at = now() where gaming_session_id = 1`.execute(db)
    for (const session of [2, 3]) t.same(simple(await of(session), 'kills', null), [], 'nobody beats that')
    t.not(await sessionVersion(db, 2), version)
    await rebuild({ db, sessionGapMinutes: 60 })
    await of(2)
    t.ok(await sessionVersion(db, 2))
  })

  await t.test('who won the awards of single rounds', async t => {
    t.same((await loadSessionReport(db, 1))?.roundAwards, [])
    await deliverAll(db, server, corpusEndstats())
    const { rows } = await sql<{ guid: string; won: number }>`
      select player_guid as guid, count(*)::int as won from round_awards join rounds using (round_id)
      where gaming_session_id = 1 and is_honour and note is null and status = 'complete'
        and player_guid is not null and player_guid not like 'OMNIBOT%'
      group by 1 order by 2 desc, 1`.execute(db)
    const told = await loadSessionReport(db, 1)
    t.same(
      told?.roundAwards.map(({ player, won }) => ({ guid: player.guid, won })),
      rows,
    )
    t.ok(rows.length > 3)
    if (told)
      t.match(
        awardsCard(told, cardFrame(told, { publicUrl: null })).blocks[1]?.entries[0],
        `${told.roundAwards[0]?.won}`,
      )
  })
})

async function numbers(db: Parameters<typeof loadSessionReport>[0]): Promise<number[]> {
  const rows = await db
    .selectFrom('gaming_sessions')
    .select('gaming_session_id')
    .orderBy('started_at')
    .execute()
  return rows.map(row => row.gaming_session_id)
}

const COLUMNS = { kills: 'kills', damage: 'damage_given', gibs: 'gibs', revives: 'revives_given' } as const

async function figures(
  db: Parameters<typeof loadSessionReport>[0],
  category: keyof typeof COLUMNS,
): Promise<Best[]> {
  const { rows } = await sql<Best>`
    select r.gaming_session_id as session, extract(epoch from g.started_at)::float8 as "startedAt", r.map_name as map,
      p.${sql.ref(COLUMNS[category])} as value, p.player_guid as guid, extract(epoch from r.ended_at)::float8 as "endedAt"
    from player_comprehensive_stats p join rounds r using (round_id) join gaming_sessions g using (gaming_session_id)
    where r.status = 'complete' and p.player_guid not like 'OMNIBOT%' and p.${sql.ref(COLUMNS[category])} > 0
      and (select count(*) filter (where o.team = 1) >= 2 and count(*) filter (where o.team = 2) >= 2
        from player_comprehensive_stats o where o.round_id = p.round_id and o.player_guid not like 'OMNIBOT%')`.execute(
    db,
  )
  return rows
}

/** The best of a session, where it beats all before it and there was something to beat. */
function newest(all: readonly Best[], session: number, isMeant: (each: Best) => boolean) {
  const own = all.filter(each => each.session === session && isMeant(each))
  const best = Math.max(...own.map(({ value }) => value))
  const earlier = all.filter(each => each.session !== session && isMeant(each))
  return own
    .filter(({ value, endedAt }) => {
      const before = earlier.filter(each => each.startedAt < endedAt)
      return value === best && before.length > 0 && before.every(each => each.value < value)
    })
    .map(({ value, guid }) => ({ value, guid }))
    .sort((a, b) => (a.guid < b.guid ? -1 : 1))
}

function simple(records: SessionReport['newRecords'], category: string, map: string | null) {
  return records
    .filter(each => each.category === category && each.scope === 'round' && each.map === map)
    .map(({ value, players }) => ({ value, guid: players[0]?.guid }))
    .sort((a, b) => ((a.guid ?? '') < (b.guid ?? '') ? -1 : 1))
}
