import t from 'tap'
import { matchLines } from '../../../server/src/derive/match-lines.ts'
import { parseRoundFile } from '../../../server/src/parse/round-file.ts'
import { compareNight } from '../../support/compare-night.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { setHeader } from '../../support/damage.ts'
import type { NightFile } from '../../support/game-server/night-file.ts'
import { openGame, playMatch, playRound, truthOf } from '../../support/game-server/play-match.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

async function setUp(t: Parameters<typeof testDatabase>[0]) {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  const rounds = () =>
    db
      .selectFrom('rounds')
      .select(['filename', 'status', 'player_count', 'match_id'])
      .orderBy('ended_at')
      .execute()
  return { db, server, rounds, game: openGame({ seed: 11 }) }
}

t.test('a round 2 without its round 1 waits, and stands in no figure until it comes', async t => {
  const { db, server, rounds, game } = await setUp(t)
  const [round1, round2] = playMatch(game, { map: 'supply' })
  const waiting = await deliver(db, server, round2)
  t.match(waiting.round, { status: 'awaiting_round_1', players: 0, weapons: 0 })
  t.strictSame(await db.selectFrom('player_comprehensive_stats').selectAll().execute(), [])

  await deliver(db, server, round1)
  t.match(await rounds(), [
    { status: 'complete', player_count: 4 },
    { status: 'complete', player_count: 4 },
  ])
  t.strictSame(await compareNight(db, game.night), [])
  const again = await deliver(db, server, round2)
  t.match(again, { duplicate: true, round: { status: 'complete', players: 4 } }, 'its receipt tells it now')
})

t.test('equal headers alone are no evidence: another match’s round 1 is not subtracted', async t => {
  const { db, server, rounds, game } = await setUp(t)
  const held = { map: 'radar', round1Seconds: 720, round2Seconds: 720 }
  const [first] = playMatch(game, held)
  game.wait(600)
  const [, second] = playMatch(game, held)
  await deliverAll(db, server, [first, second])
  t.match(await rounds(), [{ status: 'complete' }, { status: 'awaiting_round_1', player_count: 0 }])
})

t.test('who reconnects between the rounds begins anew, however well he does', async t => {
  const { db, server, game } = await setUp(t)
  const guid = game.present()[1]?.fighter.guid ?? ''
  const files = playMatch(game, { map: 'supply', between: () => game.reconnect(guid) })
  await deliverAll(db, server, files)
  t.strictSame(await compareNight(db, game.night), [])
})

t.test('a round 2 that was broken off and played again goes on from the attempt', async t => {
  const { db, server, rounds, game } = await setUp(t)
  const play = (plan: Parameters<typeof game.play>[0]) => {
    game.wait(180)
    return playRound(game, () => game.play(plan))
  }
  const round1 = play({ map: 'supply', round: 1, limit: 720, seconds: 400, ending: 'completed' })
  const attempt = play({ map: 'supply', round: 2, seconds: 100, ending: 'broken_off' })
  const round2 = play({ map: 'supply', round: 2, seconds: 350, ending: 'completed' })
  for (const order of [
    [round1, attempt, round2],
    [round2, attempt, round1],
  ]) {
    const fresh = await setUp(t)
    await deliverAll(fresh.db, fresh.server, order)
    t.strictSame(await compareNight(fresh.db, game.night), [])
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
  const plan = { map: 'supply', round: 1 as const, limit: 720 }
  const attempt = playRound(game, () => game.play({ ...plan, seconds: 200, ending: 'broken_off' }))
  game.wait(120)
  const round1 = playRound(game, () => game.play({ ...plan, seconds: 400, ending: 'completed' }))
  const alone = await deliver(db, server, round1)
  t.equal(alone.round?.players, 0)
  t.equal(alone.warnings.filter(warning => warning.code === 'carry_unresolved').length, 4)

  await deliver(db, server, attempt)
  t.strictSame(await compareNight(db, game.night), [])
  const { warnings } = await deliver(db, server, round1)
  t.strictSame(warnings, [], 'and the warnings are gone')
})

t.test('several bots of one name are several players, the same in both rounds', async t => {
  const { db, server } = await setUp(t)
  const game = openGame({ seed: 11, count: 0 })
  for (const slot of [0, 1, 2])
    game.join({ guid: `OMNIBOT0${slot}`, name: '^3bot', taste: slot }, slot === 0 ? 'A' : 'B')
  await deliverAll(db, server, playMatch(game, { map: 'supply' }))
  t.strictSame(await compareNight(db, game.night), [])
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
  const other = await gameServer(db, 'other')
  const [round1, round2] = playMatch(game, { map: 'supply' })
  await deliver(db, server, round1)
  const receipt = await deliver(db, other, round2)
  t.match(receipt.round, { status: 'awaiting_round_1', gamingSessionId: 2 })
  await deliver(db, other, round1)
  t.equal((await db.selectFrom('rounds').selectAll().where('status', '=', 'complete').execute()).length, 3)
})

t.test('a surrender, a full hold and a quick exit pair; a wrong target does not', async t => {
  const { db, server, rounds, game } = await setUp(t)
  const played = playMatch(game, { map: 'supply', isQuickExit: true })
  const [round1, round2] = playMatch(game, { map: 'radar' })
  const foreign: NightFile = { ...round2, content: setHeader(round2.content, 6, '6:39') }
  await deliverAll(db, server, [...played, round1, foreign])
  t.strictSame(
    (await rounds()).map(round => round.status),
    ['complete', 'complete', 'complete', 'awaiting_round_1'],
  )
  t.strictSame(await compareNight(db, truthOf(game, played), server.serverId).then(onlyOf(played)), [])
})

/** Without what is said of the other files. */
function onlyOf(files: readonly NightFile[]) {
  return (wrong: string[]) => wrong.filter(words => files.some(file => words.startsWith(file.name)))
}

t.test('a gap of more than sixty minutes is between the ends; an old file joins what it closes', async t => {
  const { db, server, game } = await setUp(t)
  const start = game.now
  /** A round whose file is written so many seconds after the first one's. */
  const end = (seconds: number) => {
    game.now = start + seconds * 1000
    const map = `map_${seconds}`
    return playRound(game, () => game.play({ map, round: 1, limit: 300, ending: 'held' }))
  }
  const [first, second, between, third] = [end(0), end(3600), end(5400), end(7201)]
  const sessions = async () =>
    (await db.selectFrom('rounds').select(['gaming_session_id']).orderBy('ended_at').execute()).map(
      round => round.gaming_session_id,
    )
  // Names and times are cut to the second, whatever the moment of the writing.
  const cut = ({ modifiedAt, ...file }: NightFile) => ({
    ...file,
    modifiedAt: new Date(Math.floor(modifiedAt.getTime() / 1000) * 1000),
  })
  await deliverAll(db, server, [first, second, third].map(cut))
  t.strictSame(await sessions(), [1, 1, 2], 'sixty minutes are no gap, a second more is')
  await deliver(db, server, cut(between))
  t.strictSame(await sessions(), [1, 1, 1, 1])
  t.match(await db.selectFrom('gaming_sessions').selectAll().execute(), [
    { gaming_session_id: 1, started_at: cut(first).modifiedAt, ended_at: cut(third).modifiedAt },
  ])
})

t.test('who is who in two files is found out once, however often they are read together', t => {
  const [first, second] = corpusFiles('evenings').map(({ content }) => {
    const parsed = parseRoundFile(content)
    return parsed.kind === 'round' ? parsed.file.players : []
  })
  const matches = matchLines(second ?? [], first ?? [])
  t.ok(matches.size > 0)
  t.equal(matchLines(second ?? [], first ?? []), matches)
  t.not(matchLines(first ?? [], second ?? []), matches, 'the other way round is another question')
  t.end()
})
