import { isUtf8 } from 'node:buffer'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import t from 'tap'
import type { DB } from '../../../server/src/db/tables.ts'
import { listSessions } from '../../../server/src/report/list-sessions.ts'
import { loadRoundReport } from '../../../server/src/report/load-round-report.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import type { SessionReport } from '../../../server/src/report/session-report.ts'
import { textReport } from '../../../server/src/report/text-report.ts'
import { type CorpusFile, corpusFile, corpusFiles, type IdealRow, idealRows } from '../../support/corpus.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

t.test('three evenings: totals, score and awards are those of the true figures', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), corpusFiles('evenings'))

  for (const session of [1, 2, 3]) {
    const report = await reportOf(db, session)
    const truth = trueTotals(idealRows().filter(row => row.session === session))
    const wrong: string[] = []
    t.equal(report.players.length, truth.size, `session ${session}: each player once`)
    for (const player of report.players) {
      const own = truth.get(player.isBot ? `${player.guid.slice(0, 8)} ${player.name}` : player.guid)
      const compare = (what: string, actual: unknown, expected: unknown) => {
        if (actual !== expected) wrong.push(`${player.name} ${what}: ${actual}, true is ${expected}`)
      }
      compare('name', player.name, own?.name)
      for (const figure of ['kills', 'deaths', 'shots', 'hits', 'headshots', 'rounds'] as const) {
        compare(figure, player[figure], own?.[figure])
      }
      compare('damage given', player.damageGiven, own?.given)
      compare('damage received', player.damageReceived, own?.received)
      compare('gibs', player.gibs, own?.gibs)
      compare('team kills', player.teamKills, own?.teamKills)
      compare('self kills', player.selfKills, own?.selfKills)
      compare('K/D', player.kd, own && own.kills / own.deaths)
      compare('accuracy', player.accuracy, own && (100 * own.hits) / own.shots)
      compare('headshots', player.headshotPercent, own && (100 * own.headshots) / own.hits)
      const dpm = own ? (own.given * 60_000) / own.timeMs : Number.NaN
      compare('DPM, to half a percent', Math.abs((player.dpm ?? 0) / dpm - 1) < 0.005, true)
    }
    t.strictSame(wrong, [], `session ${session}: every figure`)

    const players = [...truth.values()]
    const byKills = players
      .toSorted((a, b) => b.kills - a.kills || a.deaths - b.deaths)
      .map(each => each.name)
    t.strictSame(
      report.players.map(player => player.name),
      byKills,
      'most kills first',
    )
    t.strictSame(
      awardOf(report, 'damage_efficiency'),
      best(players, each => each.given / each.received, 1.5001),
    )
    t.strictSame(
      awardOf(report, 'team_killer'),
      best(players, each => each.teamKills, 1),
    )
    t.strictSame(
      awardOf(report, 'self_killer'),
      best(players, each => each.selfKills, 1),
    )
    t.strictSame(
      awardOf(report, 'sharpshooter'),
      best(players, each => (100 * each.hits) / each.shots, 10),
    )
    t.strictSame(
      awardOf(report, 'spray_and_pray'),
      best(players, each => each.bullets / each.kills, 10),
    )
  }
})

t.test('three evenings: each map goes to those whom the header makes the winner', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), corpusFiles('evenings'))
  for (const session of [1, 2, 3]) {
    const report = await reportOf(db, session)
    const rows = idealRows().filter(row => row.session === session)
    const keys = [...new Set(rows.map(row => row.match))]
    const maps = report.matches.flatMap(match => match.maps.map(map => ({ ...map, teams: match.teams })))
    t.equal(maps.length, keys.length)
    for (const [index, key] of keys.entries()) {
      const [round1, round2] = [...new Set(rows.filter(row => row.match === key).map(row => row.file))].map(
        headerOf,
      )
      const map = maps[index]
      if (!round1 || !round2 || !map) throw new Error(`${key} is not whole.`)
      t.equal(map.map, round1.map)
      const isTie = round1.winner === round1.defender && round2.winner === round2.defender
      t.equal(map.winner === 'tie', isTie, `${key}: tie or not`)
      if (isTie || map.winner === null || map.winner === 'tie') continue
      const winners = rows.filter(row => row.file === round2.file && row.team === round2.winner)
      const roster = map.teams[map.winner].members.map(member => member.guid.slice(0, 8))
      t.ok(
        winners.every(row => roster.includes(row.guid8)),
        `${key}: who won round 2 has the map`,
      )
      t.strictSame(map.score, map.winner === 'A' ? { A: 2, B: 0 } : { A: 0, B: 2 })
    }
  }
  const [first, second, third] = await Promise.all([1, 2, 3].map(session => reportOf(db, session)))
  t.strictSame(
    first?.matches.map(match => match.score),
    [{ A: 11, B: 9 }],
  )
  t.strictSame(
    second?.matches.map(match => match.score),
    [{ A: 8, B: 12 }],
  )
  t.strictSame(
    third?.matches.map(match => match.score),
    [
      { A: 2, B: 0 },
      { A: 12, B: 6 },
    ],
    'after the map with bots others played: a match of its own',
  )
  const notes = second?.matches[0]?.teams.A.members
    .filter(member => member.note)
    .map(({ name, note }) => [name, note])
  t.strictSame(notes, [
    ['immoo>', 'joined on supply'],
    ['Seareal', 'left after supply'],
    ['two  spaces', 'joined on etl_sp_delivery'],
  ])
  t.equal(first?.players.find(player => player.guid === '49468F96')?.name, 'Bronze|new', 'the newest name')
})

t.test('what does not count is in no figure, and is named', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  const [round1, round2] = [SUPPLY_1, SUPPLY_2].map(corpusFile) as [CorpusFile, CorpusFile]

  t.equal(await loadSessionReport(db, 'latest'), null, 'an empty database has no report')
  await deliverAll(db, server, [round2])
  t.equal(await loadSessionReport(db, 'latest'), null, 'nor has one with a waiting round alone')
  const waiting = await reportOf(db, 1)
  t.strictSame(
    [waiting.rounds, waiting.players, waiting.matches],
    [{ counted: 0, aborted: 0, waiting: 1 }, [], []],
  )
  t.strictSame(waiting.notCounted, ['1 round waiting for its round 1'])
  t.match(textReport(waiting), 'Not counted: 1 round waiting for its round 1')

  await deliverAll(db, server, [round1, aborted(corpusFile('2026-05-05-210444-etl_adlernest-round-1.txt'))])
  const report = await reportOf(db, 'latest')
  t.strictSame(report.rounds, { counted: 2, aborted: 1, waiting: 0 })
  t.strictSame(report.notCounted, ['1 aborted round'])
  const [map] = report.matches[0]?.maps ?? []
  t.match(map, {
    map: 'supply',
    score: { A: 2, B: 0 },
    attacks: { A: { kind: 'completed', seconds: 224.525 }, B: { kind: 'completed', seconds: 347.925 } },
  })
  const truth = trueTotals(idealRows().filter(row => row.file === SUPPLY_1 || row.file === SUPPLY_2))
  t.equal(
    report.totals.kills,
    [...truth.values()].reduce((total, each) => total + each.kills, 0),
  )

  const [session] = await listSessions(db, { limit: 5 })
  t.match(session, { session: 1, rounds: 2, maps: ['supply'], scores: [{ A: 2, B: 0, winner: 'A' }] })
  t.equal(session?.players.length, 6)
})

t.test('half a map does not count, and says why', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), [corpusFile(SUPPLY_1)])
  const report = await reportOf(db, 'latest')
  t.match(report.matches, [
    {
      score: { A: 0, B: 0 },
      winner: null,
      maps: [
        { score: null, reason: 'only round 1 was played', attacks: { A: null, B: { kind: 'completed' } } },
      ],
    },
  ])
  t.match(textReport(report), /supply +– +5:48 +– +not counted: only round 1 was played/)
})

t.test(
  'a pause of more than an hour between the rounds of a map: it counts where it was decided',
  async t => {
    const { db } = await testDatabase(t)
    await deliverAll(db, await gameServer(db), [
      corpusFile(SUPPLY_1),
      { ...corpusFile(SUPPLY_2), name: '2026-05-05-223000-supply-round-2.txt' },
    ])
    const [early, late] = [await reportOf(db, 1), await reportOf(db, 2)]
    t.match(early.matches[0]?.maps, [{ score: null, reason: 'round 2 was played in session 2' }])
    t.match(
      late.matches[0]?.maps,
      [{ score: { A: 2, B: 0 }, reason: null }],
      'and the letters are those of its round 1',
    )
    t.match(await listSessions(db, { limit: 5 }), [
      { session: 2, scores: [{ winner: 'A' }] },
      { session: 1, scores: [{ winner: null }] },
    ])
    t.match(await listSessions(db, { limit: 5, before: 2 }), [{ session: 1 }], 'the next page')
  },
)

t.test('older scripts: what they do not write is unknown, not 0', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), corpusFiles('older/c0rnp0rn'))
  const report = await reportOf(db, 'latest')
  t.ok(report.players.length > 0)
  for (const player of report.players) {
    t.match(player, { secondsDenied: null, uselessKills: null, fullSelfKills: null, constructions: null })
    t.ok(player.kills > 0 && player.damageGiven !== null, 'what they write is there')
    t.ok(player.dpm !== null && player.secondsDead !== null, 'and so is what can be made of it')
  }
  t.ok(report.notCounted.some(phrase => phrase.startsWith('figures that the script of')))
  t.notOk(report.awards.some(award => ['chief_engineer', 'time_denied'].includes(award.id)))
  const attacks = report.matches.flatMap(match => match.maps).flatMap(map => Object.values(map.attacks))
  t.ok(attacks.length > 0)
  const beaten = attacks.filter(attack => attack?.kind === 'completed' && attack.seconds !== null)
  t.ok(beaten.length > 0, 'where no time was measured, the time to beat tells how long the first attack took')
})

t.test('a round: both sides, its file, its checks, and the map with its second round', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), [corpusFile(SUPPLY_1), corpusFile(SUPPLY_2)])
  const [first, second] = await db.selectFrom('rounds').select('round_id').orderBy('ended_at').execute()
  const round1 = await loadRoundReport(db, first?.round_id ?? 0)
  const round2 = await loadRoundReport(db, second?.round_id ?? 0)
  t.match(round1, { roundNumber: 1, map: 'supply', winner: 'allies', defender: 'axis', mapResult: null })
  t.match(round2?.mapResult, { score: { A: 2, B: 0 } })
  t.strictSame([round1?.sides.axis.team, round2?.sides.axis.team], ['A', 'B'], 'sides swap, teams stay')
  t.equal(round1?.file.name, SUPPLY_1)
  t.strictSame(
    round1?.checks.map(({ check, warnings }) => [check, warnings.length]),
    [1, 2, 3, 4, 5, 6, 7].map(check => [check, 0]),
  )
  const truth = idealRows().filter(row => row.file === SUPPLY_2 && row.team === 2)
  const kills = (row: IdealRow) =>
    Object.values(row.weapons).reduce((total, weapon) => total + weapon.kills, 0)
  t.strictSame(
    round2?.sides.allies.players.map(player => player.kills),
    truth.map(kills).sort((a, b) => b - a),
  )
  t.equal(await loadRoundReport(db, 4711), null)
})

t.test('a report reads one session by index, however long the history is', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), [corpusFile(SUPPLY_1), corpusFile(SUPPLY_2)])
  await addHistory(db, 3_000)
  for (const query of [
    sql`select * from rounds r join player_comprehensive_stats p using (round_id) where r.gaming_session_id = 7 and r.status = 'complete'`,
    sql`select * from rounds r join weapon_comprehensive_stats w using (round_id) where r.gaming_session_id = 7 and r.status = 'complete'`,
    sql`select gaming_session_id from rounds where status = 'complete' order by ended_at desc limit 1`,
    sql`select * from gaming_sessions order by ended_at desc, gaming_session_id desc limit 10`,
  ]) {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${query}`.execute(db)
    const plan = rows.map(row => row['QUERY PLAN']).join('\n')
    t.notMatch(plan, /Seq Scan on (rounds|player_|weapon_|gaming_)/, plan)
  }
})

const SUPPLY_1 = '2026-05-05-204850-supply-round-1.txt'
const SUPPLY_2 = '2026-05-05-205446-supply-round-2.txt'

async function reportOf(db: Kysely<DB>, session: number | 'latest'): Promise<SessionReport> {
  const report = await loadSessionReport(db, session)
  if (!report) throw new Error(`There is no session ${session}.`)
  return report
}

/** A round that was broken off: the play time in its header is negative. */
function aborted({ content }: CorpusFile): CorpusFile {
  const text = content
    .toString('latin1')
    .replace('\\1\\1\\2\\10:00\\6:12\\371325', '\\2\\1\\2\\10:00\\71:05\\-371325')
  return { name: '2026-05-05-210444-etl_adlernest-round-2.txt', content: Buffer.from(text, 'latin1') }
}

interface TrueTotals {
  name: string
  rounds: number
  kills: number
  deaths: number
  shots: number
  hits: number
  headshots: number
  bullets: number
  given: number
  received: number
  gibs: number
  teamKills: number
  selfKills: number
  timeMs: number
}

/** By another way than the product: summed over the truth that the files were made from. */
function trueTotals(rows: IdealRow[]): Map<string, TrueTotals> {
  const totals = new Map<string, TrueTotals>()
  for (const row of rows.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    const name = decode(row.name).replaceAll(/\^[^^]/g, '')
    const key = row.guid8.startsWith('OMNIBOT') ? `${row.guid8} ${name}` : row.guid8
    const zero = { kills: 0, deaths: 0, shots: 0, hits: 0, headshots: 0, bullets: 0, given: 0, received: 0 }
    const own = totals.get(key) ?? {
      ...zero,
      name,
      rounds: 0,
      gibs: 0,
      teamKills: 0,
      selfKills: 0,
      timeMs: 0,
    }
    for (const [weapon, cells] of Object.entries(row.weapons)) {
      own.kills += cells.kills
      own.deaths += cells.deaths
      if (weapon === 'WS_SYRINGE') continue
      own.shots += cells.shots
      own.hits += cells.hits
      own.headshots += cells.headshots
    }
    own.name = name
    own.rounds += 1
    own.bullets += row.shots
    own.given += row.damage_given
    own.received += row.damage_received
    own.gibs += row.gibs
    own.teamKills += row.team_kills
    own.selfKills += row.self_kills
    own.timeMs += row.time_ms
    totals.set(key, own)
  }
  return totals
}

function decode(name: string): string {
  const bytes = Buffer.from(name, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : name
}

function awardOf(report: SessionReport, id: string) {
  const award = report.awards.find(each => each.id === id)
  return award ? { value: award.value, names: award.winners.map(({ name }) => name).sort() } : null
}

function best(players: TrueTotals[], value: (player: TrueTotals) => number, floor: number) {
  const most = Math.max(...players.map(value))
  if (most < floor) return null
  return {
    value: most,
    names: players
      .filter(player => value(player) === most)
      .map(({ name }) => name)
      .sort(),
  }
}

function headerOf(file: string) {
  const [line = ''] = corpusFile(file).content.toString('latin1').split('\n')
  const [, map, , round, defender, winner] = line.split('\\')
  return { file, map, round: Number(round), defender: Number(defender), winner: Number(winner) }
}

/** Sessions of one round with two players each, long ago. */
async function addHistory(db: Kysely<DB>, sessions: number): Promise<void> {
  await sql`
    with numbers as (select generate_series(1, ${sessions}::int) as n),
    sessions as (
      insert into gaming_sessions (gaming_session_id, server_id, started_at, ended_at)
      select 100 + n, (select min(server_id) from game_servers), t, t
      from numbers, lateral (select timestamptz '2020-01-01' + n * interval '2 hours' as t) as times
      returning gaming_session_id as id, server_id, ended_at
    ),
    files as (
      insert into processed_files (server_id, filename, sha256, bytes, content, source, status, map_name, round_number, ended_at)
      select server_id, 'history-' || id, repeat(md5(id::text), 2), 1, '\\x00', 'manual', 'imported', 'oasis', 1, ended_at
      from sessions
      returning file_id, server_id, filename, ended_at
    ),
    made as (
      insert into rounds (server_id, file_id, filename, round_date, round_time, ended_at, map_name, round_number, host_name,
        gaming_session_id, match_id, status, format_variant, player_count, weapon_row_count)
      select server_id, file_id, filename, ended_at::date, ended_at::time, ended_at, 'oasis', 1, 'history',
        replace(filename, 'history-', '')::bigint, file_id, 'complete', 'c0rnp0rn8', 2, 2
      from files
      returning round_id
    ),
    players as (
      insert into player_comprehensive_stats (round_id, round_date, map_name, round_number, player_guid, player_name,
        clean_name, team, kills, deaths, headshots)
      select round_id, '2020-01-01', 'oasis', 1, 'GUID000' || side, 'p', 'p', side, 1, 1, 0
      from made, generate_series(1, 2) as side
      returning round_id, player_guid
    )
    insert into weapon_comprehensive_stats (round_id, player_guid, weapon_name, kills, deaths, shots, hits, headshots)
    select round_id, player_guid, 'mp40', 1, 1, 10, 3, 0 from players`.execute(db)
  await sql`analyze`.execute(db)
}
