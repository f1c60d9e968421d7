import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { Kysely } from 'kysely'
import { type Rating, rate, rating } from 'openskill'
import t from 'tap'
import type { DB } from '../../../server/src/db/tables.ts'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { joinPlayer, separatePlayer } from '../../../server/src/players/join-player.ts'
import { PAGE } from '../../../server/src/rating/checkpoints.ts'
import type { RatedMap } from '../../../server/src/rating/rated-map.ts'
import { type RatedRound, ratedMapsOfSession } from '../../../server/src/rating/rated-maps-of-session.ts'
import { currentRatings, ratingBoard, ratingOf } from '../../../server/src/rating/rating-board.ts'
import { refreshRatings } from '../../../server/src/rating/refresh-ratings.ts'
import { type Ratings, replay, START_RATING } from '../../../server/src/rating/replay.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { makeNight } from '../../support/game-server/make-night.ts'
import { deliver, deliverAll, gameServer, type Sent } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

/** One whole evening, and some maps of the next. */
const EVENINGS = corpusFiles('evenings').slice(0, 28)

/** All results that the reports tell, one after another through the library: nothing of ours but the reports. */
async function plainReplay(db: Kysely<DB>): Promise<Map<string, Rating & { maps: number }>> {
  const sessions = await db.selectFrom('gaming_sessions').select('gaming_session_id as id').execute()
  const reports = await Promise.all(sessions.map(({ id }) => loadSessionReport(db, id)))
  const maps = reports
    .flatMap(report => report?.matches ?? [])
    .flatMap(match => match.maps)
    .filter(map => map.winner !== null)
    .sort((a, b) => endOf(a).localeCompare(endOf(b)))
  const ratings = new Map<string, Rating & { maps: number }>()
  for (const { winner, players } of maps) {
    const people = players.filter(player => !player.isBot).sort((a, b) => (a.guid < b.guid ? -1 : 1))
    const teams = (['A', 'B'] as const).map(name => people.filter(({ team }) => team === name))
    const known = teams.map(team => team.map(({ guid }) => ratings.get(guid) ?? { ...rating(), maps: 0 }))
    const rated = rate(known, { rank: winner === 'tie' ? [1, 1] : winner === 'A' ? [1, 2] : [2, 1] })
    for (const [side, team] of teams.entries()) {
      for (const [place, { guid }] of team.entries()) {
        const { mu, sigma } = rated[side]?.[place] ?? rating()
        ratings.set(guid, { mu, sigma, maps: (ratings.get(guid)?.maps ?? 0) + 1 })
      }
    }
  }
  return ratings
}

function endOf({ rounds }: { rounds: readonly { endedAt: string }[] }): string {
  return rounds.at(-1)?.endedAt ?? ''
}

async function shown(db: Kysely<DB>) {
  const ratings = await currentRatings(db)
  return new Map([...ratings].map(([guid, { lastAt: _lastAt, ...own }]) => [guid, own]))
}

/** The same bytes as if the evening had been months before. */
function monthsBefore(files: readonly Sent[]): Sent[] {
  return files.map(file => ({ ...file, name: file.name.replace(/^\d{4}-\d\d/, '2025-03') }))
}

t.test(
  'in any order of arrival, and read in between: as all results one after another through the library',
  async t => {
    const orders = fc.tuple(
      fc.shuffledSubarray(EVENINGS, { minLength: EVENINGS.length }),
      fc.uniqueArray(fc.nat(EVENINGS.length - 1), { minLength: 2, maxLength: 5 }),
    )
    await fc.assert(
      fc.asyncProperty(orders, async ([files, reads]) => {
        const { db } = await testDatabase(t)
        const server = await gameServer(db)
        for (const [index, file] of files.entries()) {
          await deliver(db, server, file)
          if (reads.includes(index))
            t.strictSame(await shown(db), await plainReplay(db), `after ${index + 1}`)
        }
        const ratings = await shown(db)
        t.strictSame(ratings, await plainReplay(db))
        t.ok(ratings.size >= 6)
      }),
      { numRuns: 2 },
    )
  },
)

t.test('a result that comes late, changes, or goes away moves all that came after it, at once', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  const evening = EVENINGS.slice(0, 12)
  await deliverAll(db, server, evening)
  const before = await shown(db)
  await deliverAll(db, server, monthsBefore(evening.slice(0, 4)))
  // The earlier stamp of equal bytes is the round: the evening has lost its first two maps.
  const moved = await shown(db)
  t.notOk(isDeepStrictEqual(moved, before))
  t.strictSame(moved, await plainReplay(db))

  const round = await db.selectFrom('rounds').select('round_id').orderBy('ended_at').executeTakeFirstOrThrow()
  await db.updateTable('rounds').set({ status: 'aborted' }).where('round_id', '=', round.round_id).execute()
  const withdrawn = await shown(db)
  t.notOk(isDeepStrictEqual(withdrawn, moved))
  t.strictSame(withdrawn, await plainReplay(db))

  await rebuild({ db, sessionGapMinutes: 60 })
  t.strictSame(await shown(db), moved, 'a rebuild brings it back, and nothing else')
})

t.test('nights of every script and every bug of the engine: as the reports tell them', async t => {
  const { db } = await testDatabase(t)
  for (const seed of [3, 8]) {
    const night = makeNight(seed, { length: 4, fighters: 6 })
    await deliverAll(db, await gameServer(db, `night ${seed}`), night.files)
  }
  const expected = await plainReplay(db)
  t.ok(expected.size > 0)
  t.strictSame(await shown(db), expected)
})

t.test('the board: the best first, nobody under five maps; one statement where nothing changed', async t => {
  const { db } = await testDatabase(t)
  t.strictSame(await ratingBoard(db), [], 'nothing is played yet')
  t.equal(await ratingOf(db, 'NOBODY00'), null)
  const server = await gameServer(db)
  await deliverAll(db, server, EVENINGS.slice(0, 8))
  t.strictSame(await ratingBoard(db), [], 'four maps are too few')
  const [someone = ''] = (await currentRatings(db)).keys()
  t.match(await ratingOf(db, someone), { maps: 4, rating: null })
  await deliverAll(db, server, EVENINGS.slice(8, 20))
  const board = await ratingBoard(db)
  t.ok(board.length >= 6)
  t.ok(board.every(({ maps }) => maps >= 5))
  t.strictSame(
    board,
    board.toSorted((a, b) => b.rating - a.rating),
  )
  for (const { mu, sigma, rating } of board) t.ok(Math.abs(rating - (mu - 3 * sigma)) < 1e-9)
  const first = board[0]
  t.match(await ratingOf(db, first?.guid ?? ''), { rating: first?.rating, maps: first?.maps })
  await Promise.all(Array.from({ length: 5 }, () => refreshRatings(db)))
  t.equal((await db.selectFrom('rating_marks').selectAll().execute()).length, 0)
  t.strictSame(await ratingBoard(db), board)
})

t.test('GUIDs that an admin joined are one player, with all his maps, until he is separated', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db), EVENINGS.slice(0, 12))
  const apart = await currentRatings(db)
  const [one = '', two = ''] = [...apart.keys()]
  await joinPlayer(db, two, one, { actor: 'a test' })
  const joined = await currentRatings(db)
  t.notOk(joined.has(two))
  t.equal(joined.size, apart.size - 1)
  await separatePlayer(db, two, { actor: 'a test' })
  t.strictSame(await currentRatings(db), apart)
})

t.test(
  'a long history: a replay begins at the place before the change, and places of long ago stay',
  async t => {
    const { db } = await testDatabase(t)
    const { server_id } = (await db.selectFrom('game_servers').select('server_id').executeTakeFirst()) ?? {
      server_id: 1,
    }
    const guids = Array.from({ length: 40 }, (_, index) => `GUID${String(index).padStart(4, '0')}`)
    const maps = Array.from({ length: 2 * PAGE + 30 }, (_, index): RatedMap => {
      const at = (place: number) => guids[(index * 7 + place * 3) % guids.length] ?? ''
      const team = (from: number) =>
        [...new Set([at(from), at(from + 1), at(from + 2)])].sort().map(guid => [guid, 2] as const)
      const winner = (['A', 'B', 'tie'] as const)[index % 3] ?? 'tie'
      return {
        endedAt: new Date(Date.UTC(2020, 0, 1) + index * 1_200_000),
        filename: `${index}`.padStart(5, '0'),
        serverId: server_id,
        result: [winner, team(0), team(3)],
      }
    })
    const row = ({ endedAt, filename, serverId, result }: RatedMap) => ({
      ...{ ended_at: endedAt, filename, server_id: serverId, gaming_session_id: 999 },
      result: JSON.stringify(result),
    })
    const expected = (upTo: readonly RatedMap[]): Ratings => {
      const ratings: Ratings = new Map()
      replay(ratings, upTo)
      return ratings
    }
    const late = maps.splice(PAGE + 10, 1)
    await db.insertInto('rated_maps').values(maps.map(row)).execute()
    t.strictSame(await currentRatings(db), expected(maps))
    const places = () => db.selectFrom('rating_checkpoints').select('results').orderBy('results').execute()
    t.strictSame(
      (await places()).map(({ results }) => results),
      [PAGE, 2 * PAGE, 2 * PAGE + 29],
    )

    await db.insertInto('rated_maps').values(late.map(row)).execute()
    await db.deleteFrom('rating_checkpoints').where('results', '>', PAGE).execute()
    const all = [...maps, ...late].sort((a, b) => (a.filename < b.filename ? -1 : 1))
    t.strictSame(await currentRatings(db), expected(all))
    await db.updateTable('rating_checkpoints').set({ rules: 'older', ratings: '[]' }).execute()
    t.strictSame(await currentRatings(db), expected(all), 'what older rules made is made anew')
  },
)

t.test('only games of people count: two or more on either side, in both rounds; bots are in no roster', t => {
  const results = (sides: Record<1 | 2, [axis: string[], allies: string[]]>) =>
    ratedMapsOfSession({
      rounds: [roundOf(1), roundOf(2)],
      partners: [],
      sides: ([1, 2] as const).flatMap(number =>
        [1, 2].flatMap(team =>
          (sides[number][team - 1] ?? []).map(player_guid => ({ round_id: number, player_guid, team })),
        ),
      ),
    }).map(({ result }) => result)
  const [a, b, c, d, e] = ['A0', 'B0', 'C0', 'D0', 'E0'] as const
  t.strictSame(
    results({
      1: [
        [a, b],
        [c, d],
      ],
      2: [
        [c, d],
        [b, a],
      ],
    }),
    [
      [
        'B',
        [
          [a, 2],
          [b, 2],
        ],
        [
          [c, 2],
          [d, 2],
        ],
      ],
    ],
  )
  t.strictSame(
    results({
      1: [
        [a, b, 'OMNIBOT01'],
        [c, d],
      ],
      2: [
        [c, d, e],
        [a, b, 'OMNIBOT01'],
      ],
    }),
    [
      [
        'B',
        [
          [a, 2],
          [b, 2],
        ],
        [
          [c, 2],
          [d, 2],
          [e, 1],
        ],
      ],
    ],
    'who came late has the rounds that he played',
  )
  t.strictSame(
    results({
      1: [
        [a, b],
        [c, 'OMNIBOT01'],
      ],
      2: [
        [c, 'OMNIBOT01'],
        [a, b],
      ],
    }),
    [],
    'one against two',
  )
  t.strictSame(
    results({
      1: [
        [a, b],
        [c, d],
      ],
      2: [[c], [a, b]],
    }),
    [],
    'one left after round 1',
  )
  t.end()
})

t.test('somebody with several GUIDs is one player; a start is the library’s', t => {
  t.strictSame(START_RATING, rating())
  const map: RatedMap = {
    endedAt: new Date(0),
    filename: 'x',
    serverId: 1,
    result: [
      'A',
      [
        ['A0', 1],
        ['A1', 1],
        ['B0', 2],
      ],
      [
        ['A2', 1],
        ['C0', 2],
      ],
    ],
  }
  const ratings: Ratings = new Map()
  replay(ratings, [map], guid => (guid.startsWith('A') ? 'A0' : guid))
  const [[winner, mate] = [], [loser] = []] = rate([[rating(), rating()], [rating()]])
  t.match(Object.fromEntries(ratings), { A0: winner, B0: mate, C0: loser })
  t.equal(ratings.size, 3)
  t.end()
})

function roundOf(number: 1 | 2): RatedRound {
  return {
    round_id: number,
    gaming_session_id: 1,
    map_name: 'supply',
    round_number: number,
    status: 'complete',
    ended_at: new Date(Date.UTC(2026, 4, 5, 20, number * 10)),
    round_date: '2026-05-05',
    round_time: '20:00:00',
    defender_team: 1,
    winner_team: number === 1 ? 2 : 1,
    time_limit_seconds: 600,
    duration_seconds: 400,
    outcome: number === 1 ? 'completed' : 'held',
    match_id: 1,
    format_variant: 'c0rnp0rn8',
    changed_at: new Date(),
    filename: `2026-05-05-20${number}000-supply-round-${number}.txt`,
    server_id: 1,
  }
}
