import t from 'tap'
import { compareWithTruth } from '../../support/compare-with-truth.ts'
import { setHeader } from '../../support/damage.ts'
import { type Fighter, GameServerSimulator, type WrittenFile } from '../../support/game-server.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'
import { fighters, playMatch } from '../../support/trap-night.ts'

const ZONE = 'Europe/Paris'
const START = new Date('2026-02-03T20:00:00Z')
const later = (minutes: number) => new Date(START.getTime() + minutes * 60_000)

async function setUp(t: Parameters<typeof testDatabase>[0], seed = 11) {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test', ZONE)
  const rounds = () =>
    db
      .selectFrom('rounds')
      .select(['filename', 'status', 'player_count', 'match_id'])
      .orderBy('ended_at')
      .execute()
  return { db, server, rounds, game: new GameServerSimulator(ZONE, seed) }
}

t.test('a round 2 without its round 1 waits, and stands in no figure until it comes', async t => {
  const { db, server, rounds, game } = await setUp(t)
  const [round1, round2] = playMatch({ server: game, map: 'supply', start: START, minutes: 0 })
  const waiting = await deliver(db, server, round2)
  t.match(waiting.round, { status: 'awaiting_round_1', players: 0, weapons: 0 })
  t.strictSame(await db.selectFrom('player_comprehensive_stats').selectAll().execute(), [])

  await deliver(db, server, round1)
  t.match(await rounds(), [
    { status: 'complete', player_count: 4 },
    { status: 'complete', player_count: 4 },
  ])
  t.strictSame(await compareWithTruth(db, [round1, round2]), [])
  const again = await deliver(db, server, round2)
  t.match(again, { duplicate: true, round: { status: 'complete', players: 4 } }, 'its receipt tells it now')
})

t.test('equal headers alone are no evidence: another evening’s round 1 is not subtracted', async t => {
  const { db, server, rounds, game } = await setUp(t)
  const held = { server: game, map: 'radar', start: START, round1Seconds: 720, round2Seconds: 720 }
  const [first] = playMatch({ ...held, minutes: 0 })
  const [, second] = playMatch({ ...held, minutes: 40 })
  await deliverAll(db, server, [first, second])
  t.match(await rounds(), [{ status: 'complete' }, { status: 'awaiting_round_1', player_count: 0 }])
})

t.test('who reconnects between the rounds begins anew, however well he does', async t => {
  const { db, server, game } = await setUp(t)
  const line = (swapped: boolean): Fighter[] => {
    if (swapped) game.forget('AAAAAAA2')
    return fighters(4, swapped)
  }
  const [round1, round2] = playMatch({ server: game, map: 'supply', start: START, minutes: 0, line })
  await deliverAll(db, server, [round1, round2])
  t.strictSame(await compareWithTruth(db, [round1, round2]), [])
})

t.test('a round 2 that was broken off and played again goes on from the attempt', async t => {
  const { db, server, rounds, game } = await setUp(t)
  const round1 = game.play({
    ...{ map: 'supply', round: 1, fighters: fighters(4), startsAt: START },
    ...{ seconds: 400, limit: 720, attackersWin: true },
  })
  const attempt = game.play({
    ...{ map: 'supply', round: 2, fighters: fighters(4, true), startsAt: later(10) },
    ...{ seconds: 100, limit: 400, attackersWin: false, aborted: true },
  })
  const round2 = game.play({
    ...{ map: 'supply', round: 2, fighters: fighters(4, true), startsAt: later(15) },
    ...{ seconds: 350, limit: 400, attackersWin: true },
  })
  for (const order of [
    [round1, attempt, round2],
    [round2, attempt, round1],
  ]) {
    const fresh = await setUp(t)
    await deliverAll(fresh.db, fresh.server, order)
    t.strictSame(await compareWithTruth(fresh.db, order), [])
    t.match(await fresh.rounds(), [
      { status: 'complete' },
      { status: 'aborted', match_id: null },
      { status: 'complete' },
    ])
  }
  await deliverAll(db, server, [round1, round2])
  t.match(
    await rounds(),
    [{ status: 'complete' }, { status: 'awaiting_round_1' }],
    'without the attempt, the time on a team shows that something is missing',
  )
})

t.test('figures of an attempt that is not here are left out until it comes', async t => {
  const { db, server, game } = await setUp(t)
  const plan = { map: 'supply', round: 1 as const, fighters: fighters(4), limit: 720 }
  const attempt = game.play({ ...plan, startsAt: START, seconds: 200, attackersWin: false, aborted: true })
  const round1 = game.play({ ...plan, startsAt: later(8), seconds: 400, attackersWin: true })
  const alone = await deliver(db, server, round1)
  t.equal(alone.round?.players, 0)
  t.equal(alone.warnings.filter(warning => warning.code === 'carry_unresolved').length, 4)

  await deliver(db, server, attempt)
  t.strictSame(await compareWithTruth(db, [attempt, round1]), [])
  const { warnings } = await deliver(db, server, round1)
  t.strictSame(warnings, [], 'and the warnings are gone')
})

t.test('several bots of one name are several players, the same in both rounds', async t => {
  const { db, server, game } = await setUp(t)
  const line = (swapped: boolean): Fighter[] =>
    [0, 1, 2].map(slot => ({
      guid: `OMNIBOT0${slot}`,
      name: '^3bot',
      team: (slot === 0) !== swapped ? 1 : 2,
    }))
  const files = playMatch({ server: game, map: 'supply', start: START, minutes: 0, line })
  await deliverAll(db, server, files)
  t.strictSame(await compareWithTruth(db, files), [])
  const rows = await db
    .selectFrom('player_comprehensive_stats')
    .select(['player_guid', 'round_number', 'team'])
    .orderBy('player_guid')
    .orderBy('round_number')
    .execute()
  t.equal(rows.length, 6)
  t.ok(rows.every(row => /^OMNIBOT0-[0-9a-f]{8}(-[23])?$/.test(row.player_guid)))
  for (const guid of new Set(rows.map(row => row.player_guid))) {
    const teams = rows.filter(row => row.player_guid === guid).map(row => row.team)
    t.equal(teams.length, 2)
    t.not(teams[0], teams[1], 'each changed sides with its own figures')
  }
})

t.test('two game servers with equal file names do not touch each other', async t => {
  const { db, server, game } = await setUp(t)
  const other = await gameServer(db, 'other', ZONE)
  const [round1, round2] = playMatch({ server: game, map: 'supply', start: START, minutes: 0 })
  await deliver(db, server, round1)
  const receipt = await deliver(db, other, round2)
  t.match(receipt.round, { status: 'awaiting_round_1', gamingSessionId: 2 })
  await deliver(db, other, round1)
  t.equal((await db.selectFrom('rounds').selectAll().where('status', '=', 'complete').execute()).length, 3)
})

t.test('a surrender, a full hold and a quick exit pair; a wrong target does not', async t => {
  const { db, server, rounds, game } = await setUp(t)
  const played = playMatch({ server: game, map: 'supply', start: START, minutes: 0, quickExit: true })
  const [round1, round2] = playMatch({ server: game, map: 'radar', start: START, minutes: 30 })
  const foreign: WrittenFile = { ...round2, content: setHeader(round2.content, 6, '6:39') }
  await deliverAll(db, server, [...played, round1, foreign])
  t.strictSame(
    (await rounds()).map(round => round.status),
    ['complete', 'complete', 'complete', 'awaiting_round_1'],
  )
})

t.test(
  'the gap of more than sixty minutes is between the ends, and an old file joins what it closes',
  async t => {
    const { db, server, game } = await setUp(t)
    const end = (minutes: number, seconds = 0) =>
      game.play({
        ...{ map: `map_${minutes}_${seconds}`, round: 1, fighters: fighters(2), seconds: 300, limit: 720 },
        ...{ startsAt: new Date(later(minutes).getTime() + seconds * 1000), attackersWin: true },
      })
    const sessions = async () =>
      (await db.selectFrom('rounds').select(['gaming_session_id']).orderBy('ended_at').execute()).map(
        round => round.gaming_session_id,
      )
    const [first, second, third, between] = [end(0), end(60), end(120, 1), end(90)]
    await deliverAll(db, server, [first, second, third])
    t.strictSame(await sessions(), [1, 1, 2], 'sixty minutes are no gap, a second more is')
    await deliver(db, server, between)
    t.strictSame(await sessions(), [1, 1, 1, 1])
    t.match(await db.selectFrom('gaming_sessions').selectAll().execute(), [
      { gaming_session_id: 1, started_at: first.writtenAt, ended_at: third.writtenAt },
    ])
  },
)
