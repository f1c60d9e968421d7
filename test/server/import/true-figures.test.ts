import { isUtf8 } from 'node:buffer'
import { pino } from 'pino'
import t from 'tap'
import { openDatabase } from '../../../server/src/db/database.ts'
import type { PlayerStatsTable } from '../../../server/src/db/tables.ts'
import { corpusFiles, idealRows, type OlderTruth, olderTruth } from '../../support/corpus.ts'
import { heardStatements, waitsIn } from '../../support/heard-statements.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const FIGURES = [
  'damage_given',
  'damage_received',
  'team_damage_given',
  'team_damage_received',
  'gibs',
  'self_kills',
  'team_kills',
  'team_gibs',
  'headshots',
  'xp',
  'team',
] as const
const CELLS = ['hits', 'shots', 'kills', 'deaths', 'headshots'] as const

t.test('three evenings: every figure of every player and weapon is true', async t => {
  const { db } = await testDatabase(t)
  const receipts = await deliverAll(db, await gameServer(db), corpusFiles('evenings'))
  t.ok(receipts.every(receipt => receipt.status === 'imported' && receipt.round?.status === 'complete'))

  const players = await db
    .selectFrom('counted_player_stats as p')
    .innerJoin('rounds as r', 'r.round_id', 'p.round_id')
    .selectAll('p')
    .select(['r.filename', 'r.duration_seconds'])
    .execute()
  const weapons = await db.selectFrom('weapon_comprehensive_stats').selectAll().execute()
  const ideal = idealRows()
  t.equal(players.length, ideal.length, 'a row for each player line, and no other')

  const wrong: string[] = []
  const matches = new Map<string, Set<number | null>>()
  const sessions = new Map<number, Set<number>>()
  let compared = 0
  let usedWeapons = 0
  for (const truth of ideal) {
    const name = decode(truth.name)
    const row = players.find(
      player =>
        player.filename === truth.file &&
        player.player_guid.startsWith(truth.guid8) &&
        player.player_name === name,
    )
    const compare = (what: string, actual: unknown, expected: unknown) => {
      compared += 1
      if (actual !== expected) wrong.push(`${truth.file} ${name} ${what}: ${actual}, true is ${expected}`)
    }
    if (!row) {
      wrong.push(`${truth.file} ${name}: no row`)
      continue
    }
    for (const figure of FIGURES) compare(figure, row[figure], truth[figure])
    const own = weapons.filter(
      weapon => weapon.round_id === row.round_id && weapon.player_guid === row.player_guid,
    )
    const sum = (cell: (typeof CELLS)[number], but?: string) =>
      Object.entries(truth.weapons).reduce((total, [key, each]) => total + (key === but ? 0 : each[cell]), 0)
    compare('kills', row.kills, sum('kills'))
    compare('deaths', row.deaths, sum('deaths'))
    compare('bullets fired', row.bullets_fired, truth.shots)
    const shots = sum('shots', 'WS_SYRINGE')
    compare('accuracy', row.accuracy, shots === 0 ? null : (100 * sum('hits', 'WS_SYRINGE')) / shots)
    for (const [key, cells] of Object.entries(truth.weapons)) {
      const weapon = own.find(each => `WS_${each.weapon_name.toUpperCase()}` === key)
      for (const cell of CELLS) compare(`${key} ${cell}`, weapon?.[cell] ?? 0, cells[cell])
      if (weapon) usedWeapons += 1
    }
    const seconds = row.time_played_seconds ?? Number.NaN
    compare('time played, to the second', Math.abs(seconds - truth.time_ms / 1000) < 1, true)
    const alive = row.time_played_percent ?? Number.NaN
    compare('alive, to half a percent', Math.abs(alive - (100 * truth.alive_ms) / truth.time_ms) < 0.5, true)
    matches.set(truth.match, (matches.get(truth.match) ?? new Set()).add(row.match_id))
    sessions.set(truth.session, (sessions.get(truth.session) ?? new Set()).add(row.gaming_session_id))
  }
  t.strictSame(wrong, [])
  t.equal(usedWeapons, weapons.length, 'no weapon row that the truth does not have')
  t.ok(compared > 25_000, `${compared} values compared`)
  t.ok(
    [...matches.values()].every(ids => ids.size === 1 && !ids.has(null)),
    'both rounds of a map are one match',
  )
  t.equal(new Set([...matches.values()].flatMap(ids => [...ids])).size, matches.size)
  t.strictSame(
    [...sessions].map(([truth, ids]) => [truth, ...ids]),
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
    'sessions are numbered in order',
  )
})

t.test('older scripts: what they write is true, and what they do not write is unknown', async t => {
  const absent: (keyof PlayerStatsTable)[] = [
    'denied_playtime',
    'useless_kills',
    'full_selfkills',
    'constructions',
  ]
  for (const folder of ['older/c0rnp0rn', 'older/c0rnp0rn7'] as const) {
    const { db } = await testDatabase(t)
    await deliverAll(db, await gameServer(db), corpusFiles(folder))
    const wrong: string[] = []
    for (const truth of olderTruth(folder)) {
      const rows = await db
        .selectFrom('counted_player_stats as p')
        .innerJoin('rounds as r', 'r.round_id', 'p.round_id')
        .selectAll('p')
        .where('r.filename', '=', truth.file)
        .execute()
      for (const player of truth.players.filter(each => each.in_file)) {
        const row = rows.find(each => each.player_guid === player.guid8)
        for (const figure of FIGURES.slice(0, 8)) {
          const own = Number(player.line?.cumulative[figure]) - Number(player.line?.base[figure] ?? 0)
          const actual = row?.[figure]
          if (actual !== own) wrong.push(`${truth.file} ${player.guid8} ${figure}: ${actual}, true is ${own}`)
        }
        wrong.push(...wrongTimes(row, player.line).map(words => `${truth.file} ${player.guid8} ${words}`))
        for (const figure of folder === 'older/c0rnp0rn' ? absent : []) {
          if (row?.[figure] !== null)
            wrong.push(`${truth.file} ${player.guid8} ${figure}: ${row?.[figure]}, not NULL`)
        }
      }
    }
    t.strictSame(wrong, [], folder)
  }
})

/** The engine's own times, in milliseconds, against what the file lets one derive: to the second, and to a tenth. */
function wrongTimes(
  row:
    | Pick<PlayerStatsTable, 'time_played_seconds' | 'time_played_percent' | 'time_dead_minutes'>
    | undefined,
  line: OlderTruth['players'][number]['line'],
): string[] {
  const own = (name: string) => Number(line?.cumulative[name]) - Number(line?.base[name] ?? 0)
  const played = own('time_axis') + own('time_allies')
  const alive = own('time_played')
  const near = (what: string, actual: number | null | undefined, expected: number, tolerance: number) =>
    Math.abs((actual ?? Number.NaN) - expected) <= tolerance ? [] : [`${what} ${actual}, true is ${expected}`]
  return [
    ...near('seconds on a team', row?.time_played_seconds, played / 1000, 1.5),
    ...near('percent alive', row?.time_played_percent, (100 * alive) / played, 0.2),
    ...near('minutes dead', row?.time_dead_minutes, (played - alive) / 60_000, 0.04),
  ]
}

t.test('the 2024 script writes each round 2 twice, and a file when a map is left in warm-up', async t => {
  const { db } = await testDatabase(t)
  const receipts = await deliverAll(db, await gameServer(db), corpusFiles('older/c0rnp0rn'))
  t.equal(receipts.filter(receipt => receipt.problem?.code === 'copy_of_round').length, 3)
  const rounds = await db.selectFrom('rounds').select(['filename', 'status']).orderBy('filename').execute()
  t.equal(rounds.length, 7)
  t.strictSame(rounds[0], { filename: '2024-03-22-201503-radar-round-2.txt', status: 'aborted' })
})

function decode(name: string): string {
  const bytes = Buffer.from(name, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : name
}

t.test('an import is four statements between begin and commit, and waits four times in all', async t => {
  const { url } = await testDatabase(t)
  const { db, pool, close } = openDatabase({ url, log: pino({ level: 'silent' }), max: 1 })
  t.teardown(close)
  const server = await gameServer(db)
  const [first, ...rounds] = corpusFiles('evenings').slice(0, 8)
  if (!first) throw new Error('There is no evening.')
  await deliver(db, server, first)
  const heard = await heardStatements(t, pool)
  for (const round of rounds) {
    heard.length = 0
    const { status, warnings } = await deliver(db, server, round)
    t.equal(status, 'imported')
    t.strictSame(warnings, [])
    t.strictSame(
      { statements: heard.length / 2, waits: waitsIn(heard) },
      { statements: 6, waits: 4 },
      round.name,
    )
  }
})
