import t from 'tap'
import { duelSchema } from '../../../server/src/http/schemas/duel-schema.ts'
import { roundReportSchema } from '../../../server/src/http/schemas/round-report-schema.ts'
import { sessionReportSchema } from '../../../server/src/http/schemas/session-report-schema.ts'
import { namedDuels, rivalsOf } from '../../../server/src/report/duels.ts'
import { corpusEndstats, corpusFiles } from '../../support/corpus.ts'
import { deliverAll } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'

t.test('nemesis and favourite victim: most of all, and of equals the weaker other side', async t => {
  const rows = [
    { player_guid: 'A', opponent_guid: 'B', kills: 5, deaths: 3 },
    { player_guid: 'A', opponent_guid: 'C', kills: 5, deaths: 1 },
    { player_guid: 'A', opponent_guid: 'D', kills: 0, deaths: 3 },
    { player_guid: 'D', opponent_guid: 'A', kills: 3, deaths: 0 },
  ]
  const [a, d] = rivalsOf(namedDuels(rows, guid => (guid === 'B' ? null : `player ${guid}`)))
  t.match(a, {
    player: { guid: 'A', name: 'player A' },
    nemesis: { guid: 'D', kills: 0, deaths: 3 },
    victim: { guid: 'C', name: 'player C', kills: 5, deaths: 1 },
  })
  t.match(d, { nemesis: null, victim: { guid: 'A' } })
  t.strictSame(rivalsOf([]), [])
})

t.test('awards and duels on the pages and in JSON', async t => {
  const { app, db, serverId } = await testApp(t)
  const server = { serverId, name: 'test', timezone: 'Europe/Ljubljana' }
  await db.updateTable('game_servers').set({ timezone: server.timezone }).execute()
  await deliverAll(db, server, [...corpusFiles('evenings').slice(0, 2), ...corpusEndstats().slice(0, 1)])
  const get = async (path: string) => (await app.inject({ url: path })).body

  const before = sessionReportSchema.parse(JSON.parse(await get('/api/v1/sessions/1')))
  const one = roundReportSchema.parse(JSON.parse(await get('/api/v1/rounds/1')))
  t.equal(one.endstats?.awards.length, 24, 'without the one that is the first spree again')
  t.match(one.endstats?.awards[0], {
    award: 'Most damage given',
    player: { guid: 'A16D6351', name: '^x^rnn' },
    figure: '1808 HP',
    scope: 'round',
  })
  t.equal(one.endstats?.openLines, 0)
  t.equal(one.endstats?.duels.length, 18)
  t.equal(roundReportSchema.parse(JSON.parse(await get('/api/v1/rounds/2'))).endstats, null)

  await deliverAll(db, server, corpusEndstats().slice(1, 2))
  const two = roundReportSchema.parse(JSON.parse(await get('/api/v1/rounds/2')))
  t.match(two.endstats?.awards[0], { award: 'Most damage given', scope: 'map' }, 'seen at once')
  const session = sessionReportSchema.parse(JSON.parse(await get('/api/v1/sessions/1')))
  const killsOf = (duels: { kills: number }[]) => duels.reduce((total, { kills }) => total + kills, 0)
  t.ok(killsOf(session.duels) > killsOf(before.duels))
  t.equal(
    killsOf(session.duels),
    killsOf(duelSchema.array().parse([...(one.endstats?.duels ?? []), ...(two.endstats?.duels ?? [])])),
  )
  t.equal(
    killsOf(session.duels),
    session.players.reduce((total, { kills }) => total + kills, 0),
    'everybody stayed: the duels are all kills of the session',
  )
  t.equal(session.rivals.length, 6)

  const page = await get('/rounds/2')
  t.match(page, /Awards of the round/)
  t.match(page, /whole map/)
  t.match(page, /<caption class="unseen">Duels of the round/)
  const evening = await get('/sessions/1')
  t.match(evening, /favourite victim/)
  t.match(evening, /<caption class="unseen">Duels of the session/)
})
