import { type Kysely, sql } from 'kysely'
import t from 'tap'
import type { DB } from '../../../server/src/db/tables.ts'
import { rivalsContent } from '../../../server/src/discord/players/rivals-content.ts'
import { playerSchema } from '../../../server/src/http/schemas/player-schemas.ts'
import { roundReportSchema } from '../../../server/src/http/schemas/round-report-schema.ts'
import { joinPlayer, separatePlayer } from '../../../server/src/players/join-player.ts'
import { currentRatings } from '../../../server/src/rating/rating-board.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { loadNameBook } from '../../../server/src/report/players/name-book.ts'
import { loadRivals } from '../../../server/src/report/players/rivals.ts'
import { settleFigures } from '../../../server/src/report/players/settle-figures.ts'
import { corpusEndstats, corpusFiles } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'

const HTML = { accept: 'text/html' }

interface DuelRow {
  round_id: number
  player_guid: string
  opponent_guid: string
  kills: number
  deaths: number
}

t.test('awards, duels and ratings of a player, and of one with two GUIDs', async t => {
  const { app, db } = await testApp(t)
  await deliverAll(db, await gameServer(db, 'zone'), [...corpusFiles('evenings'), ...corpusEndstats()])
  while ((await settleFigures(db)) > 0);
  const json = async (url: string) => (await app.inject(url)).json()
  const player = async (guid: string) => playerSchema.parse(await json(`/api/v1/players/${guid}`))

  /** By themselves: rounds with two people or more on either side, where two GUIDs may be one person. */
  const duelsOf = async (guids: readonly string[], main = (guid: string) => guid) => {
    const { rows: people } = await sql<{ round_id: number; player_guid: string; team: number }>`
      select p.round_id, p.player_guid, p.team from player_comprehensive_stats p join rounds r using (round_id)
      where r.status = 'complete' and p.player_guid not like 'OMNIBOT%'`.execute(db)
    const isGame = (round: number) =>
      [1, 2].every(
        side =>
          new Set(
            people
              .filter(row => row.round_id === round && row.team === side)
              .map(row => main(row.player_guid)),
          ).size >= 2,
      )
    const rows: DuelRow[] = await db.selectFrom('round_duels').selectAll().execute()
    const sums = new Map<string, { kills: number; deaths: number }>()
    for (const row of rows) {
      const other = main(row.opponent_guid)
      if (!guids.includes(row.player_guid) || guids.includes(other) || other.startsWith('OMNIBOT')) continue
      if (!isGame(row.round_id)) continue
      const own = sums.get(other) ?? { kills: 0, deaths: 0 }
      sums.set(other, { kills: own.kills + row.kills, deaths: own.deaths + row.deaths })
    }
    return sums
  }
  const rivals = async (guid: string) =>
    new Map((await loadRivals(db, guid)).map(({ guid, kills, deaths }) => [guid, { kills, deaths }]))

  const first = (await loadSessionReport(db, 1))?.players.filter(({ isBot }) => !isBot) ?? []
  const [a, b, c] = first
  if (!a || !b || !c) throw new Error('Too few played.')
  t.same(await rivals(a.guid), await duelsOf([a.guid]))

  await t.test('awards won in single rounds', async t => {
    const { rows } = await sql<{ award: string; times: number; ofMaps: number }>`
      select award, count(*)::int as times, (count(*) filter (where scope = 'map'))::int as "ofMaps"
      from round_awards join rounds using (round_id)
      where player_guid = ${a.guid} and note is null and status = 'complete' group by 1`.execute(db)
    const told = (await player(a.guid)).roundAwards
    const bare = told.map(({ isHonour: _, ...rest }) => rest)
    const byAward = (x: { award: string }, y: { award: string }) => (x.award < y.award ? -1 : 1)
    t.same(bare.toSorted(byAward), rows.toSorted(byAward))
    t.ok(rows.length > 5)
    t.ok(rows.some(({ ofMaps }) => ofMaps > 0))
    const page = (await app.inject({ url: `/players/${a.guid}`, headers: HTML })).body
    t.match(page, 'Of single rounds')
    for (const { award } of rows) t.ok(page.includes(award.replace('>', '&gt;')), award)
  })

  await t.test('!rivals tells the same', async t => {
    const content = await rivalsContent({ db, publicUrl: null }, { guid: a.guid, name: a.name })
    const { nameOf } = await loadNameBook(db)
    const text = String(content.embeds?.[0]?.description)
    const [victim] = [...(await duelsOf([a.guid]))].sort(([, x], [, y]) => y.kills - x.kills)
    if (!victim) throw new Error('He met nobody.')
    t.match(text, 'Favourite victims')
    t.ok(text.includes(`${victim[1].kills} : ${victim[1].deaths}`), `${nameOf(victim[0]).name} in ${text}`)
  })

  await t.test('a joined GUID is the same player in duels, awards, rounds and ratings', async t => {
    const main = (guid: string) => (guid === b.guid ? a.guid : guid)
    const before = {
      ratings: await currentRatings(db),
      awards: [await player(a.guid), await player(b.guid)].map(each =>
        each.roundAwards.reduce((sum, { times }) => sum + times, 0),
      ),
      page: await player(a.guid),
    }
    await joinPlayer(db, b.guid, a.guid)
    while ((await settleFigures(db)) > 0);
    const both = [a.guid, b.guid]
    t.same(await rivals(a.guid), await duelsOf(both, main))
    t.same((await rivals(c.guid)).get(a.guid), (await duelsOf([c.guid], main)).get(a.guid))
    t.notOk((await rivals(c.guid)).has(b.guid))

    const report = await loadSessionReport(db, 1)
    t.notOk(JSON.stringify(report).includes(b.guid), 'the joined GUID is in no part of the report')
    t.notOk(
      report?.duels.some(({ player, opponent }) => player.guid === opponent.guid),
      'nobody fights himself',
    )
    const { round_id: roundId } = await db
      .selectFrom('rounds')
      .select('round_id')
      .where('gaming_session_id', '=', 1)
      .orderBy('ended_at')
      .executeTakeFirstOrThrow()
    const round = roundReportSchema.parse(await json(`/api/v1/rounds/${roundId}`))
    t.notOk(JSON.stringify([round.sides, round.endstats]).includes(b.guid), 'nor of a round’s')
    const sides = [...round.sides.axis.players, ...round.sides.allies.players]
    t.equal(sides.filter(({ guid }) => guid === a.guid).length, 1)

    const joined = await player(b.guid)
    t.equal(joined.guid, a.guid)
    const awards = joined.roundAwards.reduce((sum, { times }) => sum + times, 0)
    t.equal(awards, Number(before.awards[0]) + Number(before.awards[1]))

    // A replay from nothing comes to the same.
    const ratings = await currentRatings(db)
    t.notOk(ratings.has(b.guid))
    await forgetRatings(db)
    t.same(await currentRatings(db), ratings)

    await separatePlayer(db, b.guid)
    while ((await settleFigures(db)) > 0);
    t.same(await currentRatings(db), before.ratings, 'separated, all is as it was')
    t.same(await player(a.guid), before.page)
  })
})

async function forgetRatings(db: Kysely<DB>): Promise<void> {
  await sql`delete from rating_checkpoints`.execute(db)
  await sql`delete from rated_maps`.execute(db)
  await sql`insert into rating_marks (gaming_session_id) select gaming_session_id from gaming_sessions`.execute(
    db,
  )
}
