import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import { pino } from 'pino'
import t from 'tap'
import type { DB } from '../../../server/src/db/tables.ts'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { cleanName } from '../../../server/src/parse/text.ts'
import { renewAll } from '../../../server/src/upkeep/keep-renewing.ts'
import {
  type CorpusFile,
  corpusEndstats,
  corpusFile,
  corpusFiles,
  corpusRounds,
  type IdealRow,
  idealRows,
} from '../../support/corpus.ts'
import { deliver, deliverAll, derivedRows, gameServer, type Sent } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const ENDSTATS = corpusEndstats()
const [AWARDS_1, AWARDS_2] = ENDSTATS
const ROUND_1 = corpusFile('2026-05-05-204850-supply-round-1.txt')
const ROUND_2 = corpusFile('2026-05-05-205446-supply-round-2.txt')
if (!AWARDS_1 || !AWARDS_2) throw new Error('The corpus has no files of awards.')

const linesOf = ({ content }: CorpusFile) => content.toString('latin1').trimEnd().split('\n')
const textFile = (name: string, lines: readonly string[]): CorpusFile => ({
  name,
  content: Buffer.from(lines.map(line => `${line}\n`).join(''), 'latin1'),
})

t.test('the evenings: every award and duel is the file’s, and the simulation’s own count', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test')
  const receipts = await deliverAll(db, server, [
    ...ENDSTATS.slice(0, 30),
    ...corpusFiles('evenings'),
    ...ENDSTATS.slice(30),
  ])
  t.ok(receipts.every(({ status }) => status === 'imported'))
  const ideal = idealRows()
  const rounds = await db.selectFrom('rounds').selectAll().execute()
  const awards = await db.selectFrom('round_awards').selectAll().orderBy('position').execute()
  const duels = await db.selectFrom('round_duels').selectAll().execute()

  for (const { file, endstats_file, match, round: number } of corpusRounds()) {
    const round = rounds.find(({ filename }) => filename === file)
    const stated = ENDSTATS.find(({ name }) => name === endstats_file)
    if (!round || !stated) throw new Error(`${file} is not here`)
    const own = ideal.filter(row => row.file === file)
    const earlier = ideal.filter(row => row.match === match && row.file < file)
    const here = awards.filter(({ round_id }) => round_id === round.round_id)
    const lines = linesOf(stated)
    const firstBlock = lines.findIndex(line => line.startsWith('VS_HEADER'))
    const bots = await botsOf(db, round.round_id)
    const guids = headers(lines, bots)
    const keyOf = (row: IdealRow) => bots.get(cleanName(row.name)) ?? row.guid8

    t.strictSame(
      here.map(award => [award.label, award.player_name, award.player_guid, award.value]),
      lines.slice(0, firstBlock).map(line => {
        const [label = '', name = '', value = ''] = line.split('\t')
        return [label, name, guids.get(name), Number.parseFloat(value)]
      }),
      `the awards of ${file}`,
    )
    for (const { award, player_guid, value, scope } of here) {
      const column = COUNTED[award]
      if (!column) continue
      t.equal(scope, number === 2 ? 'map' : 'round', `${award} of ${file}`)
      const played = [...own, ...(scope === 'map' ? earlier : [])].filter(row => keyOf(row) === player_guid)
      const sum = played.reduce((total, row) => total + row[column], 0)
      if (played.every(row => row.lost_in_file === null)) t.equal(value, sum, `${award} of ${file}`)
    }

    const fought = duels.filter(({ round_id }) => round_id === round.round_id)
    t.strictSame(
      sorted(fought.map(duel => [duel.player_guid, duel.opponent_guid, duel.kills, duel.deaths])),
      sorted(duelsIn(lines, guids)),
      `the duels of ${file}`,
    )
    const left = own.some(row => row.left_before_end)
    for (const row of own) {
      if (left) continue
      const mine = fought.filter(({ player_guid }) => player_guid === keyOf(row))
      t.equal(sum(mine.map(({ kills }) => kills)), row.kills, `kills of ${row.name} in ${file}`)
      t.equal(sum(mine.map(({ deaths }) => deaths)), row.deaths, `deaths of ${row.name} in ${file}`)
    }
  }

  const misprinted = awards.filter(award => award.award !== award.label)
  t.equal(misprinted.filter(({ award }) => award.startsWith('Most useful kills')).length, 60)
  t.ok(
    misprinted.every(({ award, note }) => award.startsWith('Most useful') === (note === 'repeats')),
    'of the second spree the script printed the first one again',
  )
  t.equal(
    awards.filter(({ award }) => award === 'Most useless kills').length,
    ENDSTATS.flatMap(linesOf).filter(line => line.startsWith('Most objectives stolen')).length,
    'nobody of the evenings has stolen an objective, as his row says',
  )
  const open = await db.selectFrom('endstats_files').select('open_lines').execute()
  t.ok(open.every(({ open_lines }) => open_lines === 0))
  t.strictSame(
    (await db.selectFrom('players').selectAll().orderBy('guid').execute()).map(({ guid }) => guid),
    [...new Set(ideal.map(({ guid }) => guid))].filter(guid => !isBot(guid)).sort(),
  )

  const before = await derivedRows(db)
  await rebuild({ db, sessionGapMinutes: 60 })
  t.strictSame(await derivedRows(db), before, 'a rebuild changes nothing')
})

/** Figures of the engine's session data, which the corpus knows of each round alone. */
const COUNTED: Record<string, 'damage_given' | 'damage_received' | 'team_kills' | 'self_kills' | 'gibs'> = {
  'Most damage given': 'damage_given',
  'Most damage received': 'damage_received',
  'Most teamkills': 'team_kills',
  'Most selfkills': 'self_kills',
  'Most corpse gibs': 'gibs',
}

const isBot = (guid: string) => guid.startsWith('OMNIBOT')
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const sorted = (rows: (string | number)[][]) => rows.sort((a, b) => (a.join() < b.join() ? -1 : 1))

/** Bots have a GUID of the database's own, by their names. */
async function botsOf(db: Kysely<DB>, roundId: number): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('player_comprehensive_stats')
    .select(['clean_name', 'player_guid'])
    .where('round_id', '=', roundId)
    .execute()
  return new Map(rows.filter(row => isBot(row.player_guid)).map(row => [row.clean_name, row.player_guid]))
}

function headers(lines: readonly string[], bots: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    lines.flatMap(line => {
      const [first, name = '', guid = ''] = line.split('\t')
      return first === 'VS_HEADER' ? [[name, bots.get(name) ?? guid.slice(0, 8)]] : []
    }),
  )
}

function duelsIn(lines: readonly string[], guids: ReadonlyMap<string, string>): (string | number)[][] {
  let subject = ''
  return lines.flatMap(line => {
    const [first = '', second = '', third = ''] = line.split('\t')
    if (first === 'VS_HEADER') subject = guids.get(second) ?? second
    return subject === '' || first === 'VS_HEADER'
      ? []
      : [[subject, guids.get(first) ?? first, Number(second), Number(third)]]
  })
}

const withoutHeaders = (file: CorpusFile): CorpusFile =>
  textFile(
    file.name,
    linesOf(file).filter(line => !line.startsWith('VS_HEADER')),
  )

t.test(
  'files without headers: duels where both sides admit one answer only, and never a wrong one',
  async t => {
    const { db } = await testDatabase(t)
    const [whole, bare] = [await gameServer(db, 'whole'), await gameServer(db, 'bare')]
    const rounds = corpusFiles('evenings').slice(0, 40)
    await deliverAll(db, whole, [...rounds, ...ENDSTATS.slice(0, 40)])
    await deliverAll(db, bare, [...rounds, ...ENDSTATS.slice(0, 40).map(withoutHeaders)])
    const { rows } = await sql<{ right: number; wrong: number; open: number; all: number }>`
    with duels as (select r.server_id, r.filename, d.* from round_duels d join rounds r using (round_id)),
    of_whole as (select * from duels where server_id = ${whole.serverId}),
    of_bare as (select * from duels where server_id = ${bare.serverId})
    select (select count(*) from of_whole) as all,
      (select count(*) from of_bare join of_whole using (filename, player_guid, opponent_guid, kills, deaths)) as right,
      (select count(*) from of_bare left join of_whole w using (filename, player_guid, opponent_guid, kills, deaths)
        where w.round_id is null) as wrong,
      (select sum(open_lines) from endstats_files where server_id = ${bare.serverId}) as open`.execute(db)
    const [found] = rows
    t.equal(found?.wrong, 0)
    t.equal((found?.right ?? 0) + Number(found?.open), found?.all, 'a duel is found, or left open')
    t.ok((found?.right ?? 0) > (found?.all ?? 0) * 0.95, `${found?.right} of ${found?.all} are found`)

    // Cut at any line end: what is missing may leave everything open, and makes nothing wrong.
    const cut = await gameServer(db, 'cut')
    await deliverAll(db, cut, rounds)
    const shortened = ENDSTATS.slice(0, 8).map((file, index) => {
      const lines = linesOf(withoutHeaders(file))
      return textFile(file.name, lines.slice(0, -1 - 3 * index))
    })
    await deliverAll(db, cut, shortened)
    const wrong = await sql<{ filename: string }>`
    select r.filename from round_duels d join rounds r using (round_id)
    where r.server_id = ${cut.serverId} and not exists (
      select from round_duels o join rounds w using (round_id)
      where w.server_id = ${whole.serverId} and w.filename = r.filename and o.player_guid = d.player_guid
        and o.opponent_guid = d.opponent_guid and o.kills = d.kills and o.deaths = d.deaths)`.execute(db)
    t.strictSame(wrong.rows, [])
  },
)

/** The rounds of a map and their awards, as senders of every kind bring them. */
function deliveries(): Sent[] {
  const renamed = (file: CorpusFile, from: string, to: string) => ({
    ...file,
    name: file.name.replace(from, to),
  })
  if (!AWARDS_1 || !AWARDS_2) throw new Error('The corpus has no files of awards.')
  return [
    ROUND_1,
    ROUND_2,
    AWARDS_1,
    AWARDS_2,
    // By a browser; cut at a line end; with CRLF; under the stamp of a second later; damaged.
    renamed(AWARDS_1, '.txt', ' (1).txt'),
    textFile(AWARDS_1.name, linesOf(AWARDS_1).slice(0, 30)),
    textFile(
      AWARDS_2.name,
      linesOf(AWARDS_2).map(line => `${line}\r`),
    ),
    renamed(AWARDS_2, '205444', '205447'),
    { ...AWARDS_2, content: AWARDS_2.content.subarray(0, 500) },
    // The round itself: cut, and a copy too far from the awards.
    textFile(ROUND_2.name, linesOf(ROUND_2).slice(0, 4)),
    renamed(ROUND_1, '204850', '204859'),
    // Awards of a round that never comes, and of another round number.
    renamed(AWARDS_1, '204848', '214848'),
    renamed(AWARDS_1, 'round-1', 'round-2'),
  ]
}

async function tablesAfter(t: Parameters<typeof testDatabase>[0], sent: readonly Sent[]): Promise<unknown[]> {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db, 'test'), sent)
  return derivedRows(db)
}

t.test('whichever comes first, however often: the same awards, each once', async t => {
  const sent = deliveries()
  const expected = await tablesAfter(t, sent)
  t.match(JSON.stringify(expected), /Most useless kills|Most damage given/)
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(sent, { minLength: sent.length }),
      fc.subarray(sent, { maxLength: 4 }),
      async (shuffled, again) => {
        t.strictSame(await tablesAfter(t, [...shuffled, ...again]), expected)
      },
    ),
    { numRuns: 4 },
  )
})

t.test('a file of awards waits for its round, and its receipt says so', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test')
  const dry = await deliver(db, server, AWARDS_1, true)
  t.match(dry, { status: 'imported', round: null, file: { receivedAt: null } })
  const first = await deliver(db, server, AWARDS_1)
  t.match(first, { status: 'imported', round: null, warnings: [{ code: 'awaits_round' }] })
  t.equal(first.problem, undefined)

  const { round } = await deliver(db, server, ROUND_1)
  const again = await deliver(db, server, AWARDS_1)
  t.match(again, { status: 'imported', duplicate: true, warnings: [], round: { id: round?.id } })
  t.equal((await deliver(db, server, AWARDS_2)).round, null, 'a file of round 2 is not of round 1')
  const waiting = await deliver(db, server, ROUND_2)
  t.match(await deliver(db, server, AWARDS_2), { round: { id: waiting.round?.id } })
  const events = await db.selectFrom('outbox').select(['kind', 'subject']).execute()
  t.strictSame(
    events.map(({ kind, subject }) => `${kind} of ${subject}`),
    [`round_imported of round ${round?.id}`, `round_imported of round ${waiting.round?.id}`],
    'a round that finds its awards waiting is told of once',
  )
})

t.test(
  'a round 2 whose round 1 is late: its awards are there at once, and named when its rows are',
  async t => {
    const { db } = await testDatabase(t)
    const server = await gameServer(db, 'test')
    await deliverAll(db, server, [ROUND_2, AWARDS_2])
    const scopes = () =>
      db.selectFrom('round_awards').select(['award', 'scope', 'player_guid']).orderBy('position').execute()
    const waiting = await scopes()
    t.match(waiting[0], { award: 'Most damage given', scope: 'map', player_guid: 'A16D6351' })
    await deliver(db, server, ROUND_1)
    t.strictSame(await scopes(), waiting)
    t.equal((await db.selectFrom('round_duels').selectAll().execute()).length > 0, true)
  },
)

t.test('a round that is withdrawn takes its awards with it; they find the one that stays', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test')
  const early = { ...ROUND_1, name: ROUND_1.name.replace('204850', '204846') }
  await deliverAll(db, server, [ROUND_1, AWARDS_1])
  const counted = await db.selectFrom('round_awards').select('round_id').execute()
  t.ok(counted.length > 20)
  const receipt = await deliver(db, server, early)
  t.equal(receipt.status, 'imported', 'the earlier stamp is the round')
  t.match(await deliver(db, server, AWARDS_1), { round: { id: receipt.round?.id } })
  t.strictSame(
    new Set((await db.selectFrom('round_awards').select('round_id').execute()).map(row => row.round_id)),
    new Set([receipt.round?.id]),
  )
})

t.test('damaged files of awards are rejected with code and line, and kept', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test')
  const lines = linesOf(AWARDS_1)
  const replaced = (at: number, line: string) => lines.map((each, index) => (index === at - 1 ? line : each))
  const block = lines.findIndex(line => line.startsWith('VS_HEADER')) + 1
  const cases: [string, CorpusFile['content'] | readonly string[], string, number | null][] = [
    ['no bytes', Buffer.alloc(0), 'empty', null],
    ['cut in mid-line', AWARDS_1.content.subarray(0, -3), 'no_final_newline', lines.length],
    ['a NUL byte', replaced(3, 'Most deaths\t\0\t12'), 'not_text', 3],
    ['two values', replaced(2, 'Most damage received\tvid'), 'bad_endstats_line', 2],
    ['four values', replaced(2, 'Most damage received\tvid\t12\t12'), 'bad_endstats_line', 2],
    ['an award without a name', replaced(2, '\tvid\t12'), 'bad_endstats_line', 2],
    ['a value that is none', replaced(2, 'Most damage received\tvid\tmany'), 'bad_number', 2],
    ['a negative value', replaced(2, 'Most damage received\tvid\t-12'), 'bad_number', 2],
    ['a value of no unit', replaced(2, 'Most damage received\tvid\t12 parsecs'), 'bad_number', 2],
    ['a value too large', replaced(2, 'Most damage received\tvid\t99999999999'), 'number_out_of_range', 2],
    ['kills that are no count', replaced(block + 1, 'Seareal\t4.5\t0'), 'bad_number', block + 1],
    ['a GUID that is cut', replaced(block, 'VS_HEADER\tvid\tB3768A2CB0'), 'bad_number', block],
    ['two blocks of one player', [...lines, lines[block - 1] ?? ''], 'duplicate_player', lines.length + 1],
    [
      'too many opponents',
      [...lines, ...Array.from({ length: 70 }, (_, index) => `p${index}\t1\t1`)],
      'too_many_players',
      lines.length + 62,
    ],
    ['a line that never ends', replaced(2, `Most deaths\t${'x'.repeat(2000)}\t12`), 'bad_endstats_line', 2],
  ]
  for (const [index, [what, content, code, line]] of cases.entries()) {
    const name = AWARDS_1.name.replace('204848', `2048${String(index).padStart(2, '0')}`)
    const file = Buffer.isBuffer(content) ? { name, content } : textFile(name, content)
    const receipt = await deliver(db, server, file)
    t.match(receipt, { status: 'rejected', round: null, problem: { code, line } }, what)
  }
  await deliver(db, server, ROUND_1)
  t.equal((await db.selectFrom('round_awards').selectAll().execute()).length, 0)
  const kept = await db.selectFrom('processed_files').select('bytes').where('success', '=', false).execute()
  t.equal(kept.length, cases.length)
})

t.test('every form of a value is a figure with its unit', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test')
  await deliver(db, server, ROUND_1)
  const forms = [
    ['Most deaths', '12', [12, 'count', null, null]],
    ['Best K/D ratio', '1.78', [1.78, 'ratio', null, null]],
    ['Most playtime denied', '113 seconds', [113, 'seconds', null, null]],
    ['Highest headshot accuracy', '50.47 percent', [50.47, 'percent', null, null]],
    ['Full respawn king', '12.5 percent, 3.2 min', [12.5, 'percent', 3.2, 'minutes']],
    ['Farthest riflenade kill', '34.2 m', [34.2, 'metres', null, null]],
    ['Quickest multikill w/ light weapons', '3 kills in 2.1s', [3, 'kills', 2.1, 'seconds']],
    ['Tank/Meatshield (Refuses to die)', 'Damage received vs death ratio: 4.2x', [4.2, 'ratio', null, null]],
    ['Most teabags', '7', [7, 'count', null, null]],
  ] as const
  await deliver(
    db,
    server,
    textFile(
      AWARDS_1.name,
      forms.map(([label, value]) => `${label}\tvid\t${value}`),
    ),
  )
  const awards = await db.selectFrom('round_awards').selectAll().orderBy('position').execute()
  t.strictSame(
    awards.map(award => [award.award, award.value, award.unit, award.beside_value, award.beside_unit]),
    forms.map(([label, , figures]) => [label, ...figures]),
  )
})

/** The player lines of a round under other names. */
function withNames(file: CorpusFile, names: readonly string[]): CorpusFile {
  const [header = '', ...players] = linesOf(file)
  const renamed = players.map((line, index) => {
    const [guid, name, ...rest] = line.split('\\')
    return [guid, names[index] ?? name, ...rest].join('\\')
  })
  return textFile(file.name, [header, ...renamed])
}

t.test('hostile names: nobody gets what may be somebody else’s', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test')
  const guids = linesOf(ROUND_1)
    .slice(1)
    .map(line => line.slice(0, 8))
  // Alike without their letters, called like an award, like a header, like a number, without any letter.
  const names = ['^1M\u00f6rtel', 'M^2rtel', 'Most deaths', 'VS_HEADER', '12', '\u00c5\u00a0']
  await deliver(db, server, withNames(ROUND_1, names))
  const long = (index: number) => `${guids[index]}${String(index).repeat(24)}`
  await deliver(
    db,
    server,
    textFile(AWARDS_1.name, [
      ...['Mrtel', 'Most deaths', 'VS_HEADER', '12', '', 'nobody', "'; drop table rounds; --"].map(
        name => `Most revives\t${name}\t3`,
      ),
      `VS_HEADER\tMrtel\t${long(0)}`,
      '12\t4\t1',
      `VS_HEADER\tMrtel\t${long(1)}`,
      '12\t2\t2',
      `VS_HEADER\tMost deaths\t${long(2)}`,
      `VS_HEADER\tVS_HEADER\t${long(3)}`,
      `VS_HEADER\t12\t${long(4)}`,
      'Mrtel\t1\t4',
      'Mrtel\t2\t2',
      'VS_HEADER\t5\t0',
    ]),
  )
  const awards = await db.selectFrom('round_awards').selectAll().orderBy('position').execute()
  t.strictSame(
    awards.map(({ player_name, player_guid }) => [player_name, player_guid]),
    [
      ['Mrtel', null],
      ['Most deaths', guids[2]],
      ['VS_HEADER', guids[3]],
      ['12', guids[4]],
      ['', guids[5]],
      ['nobody', null],
      ["'; drop table rounds; --", null],
    ],
  )
  const duels = await db
    .selectFrom('round_duels')
    .select(['player_guid', 'opponent_guid', 'kills', 'deaths'])
    .execute()
  const expected = [
    [guids[0], guids[4], 4, 1],
    [guids[1], guids[4], 2, 2],
    [guids[4], guids[0], 1, 4],
    [guids[4], guids[1], 2, 2],
    [guids[4], guids[3], 5, 0],
    [guids[3], guids[4], 0, 5],
  ] as (string | number)[][]
  t.strictSame(
    sorted(duels.map(each => Object.values(each))),
    sorted(expected),
    'one who is alike is told by the other side',
  )
})

t.test('files that were kept unread are read by the renewal, and no round is touched', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db, 'test')
  await deliverAll(db, server, [ROUND_1, ROUND_2, AWARDS_1, AWARDS_2])
  const truth = await derivedRows(db)
  await keptUnread(db)
  t.notOk(isDeepStrictEqual(await derivedRows(db), truth))
  const state = { databasePrepared: true }
  const log = pino({ level: 'silent' })
  t.equal(await renewAll({ db, log, sessionGapMinutes: 60, state }, new AbortController().signal), 2)
  t.strictSame(await derivedRows(db), truth)
})

/** As a version that knew nothing of awards left them, and as the migration marked them. */
async function keptUnread(db: Kysely<DB>): Promise<void> {
  await sql`delete from endstats_files`.execute(db)
  await sql`delete from round_awards`.execute(db)
  await sql`delete from round_duels`.execute(db)
  await sql`delete from players`.execute(db)
  await sql`
    update processed_files set status = 'ignored', error_code = 'unsupported_kind', error_message = 'Not a round.',
      rules_version = null
    where filename like '%-endstats.txt'`.execute(db)
}

t.test('awards that wait cost the import of their round one statement', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  const [rounds, awards] = [corpusFiles('evenings').slice(0, 6), corpusEndstats().slice(0, 6)]
  let statements = 0
  const counting = db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      statements += 1
      return result
    },
  })
  const costOf = async (file: (typeof rounds)[number]) => {
    statements = 0
    const { status } = await deliver(counting, server, file)
    t.equal(status, 'imported')
    return statements
  }
  const [first, ...others] = rounds
  if (!first) throw new Error('There is no evening.')
  await deliver(db, server, first)
  const bare: number[] = []
  for (const round of others.slice(0, 2)) bare.push(await costOf(round))
  await deliverAll(db, server, awards)
  for (const round of others.slice(2)) t.equal(await costOf(round), Math.max(...bare) + 1, round.name)
  const { rows } = await sql<{ placed: number }>`
    select count(*)::int as placed from endstats_files where round_id is not null`.execute(db)
  t.equal(rows[0]?.placed, awards.length, 'and they are there')
})
