import type { Kysely } from 'kysely'
import t from 'tap'
import { sessionCards } from '../../../server/src/cards/session-cards.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import { findSession } from '../../../server/src/discord/commands/find-session.ts'
import { suggestSessions } from '../../../server/src/discord/commands/suggest-sessions.ts'
import { listSessions } from '../../../server/src/report/list-sessions.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { readFaces } from '../../../server/src/report/read-faces.ts'
import { sessionVersion } from '../../../server/src/report/session-version.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const EVENING = corpusFiles('evenings').slice(0, 8)

function nth(index: number) {
  const file = EVENING[index]
  if (!file) throw new Error(`The evening has no file ${index}.`)
  return file
}

/** The same bytes under a stamp of that morning: the earlier one is the round, in a session of its own. */
function earlier({ name, content }: { name: string; content: Buffer }) {
  return { name: name.replace(/^(\d{4}-\d\d-\d\d)-\d{6}/, '$1-090000'), content }
}

t.test('an aborted round and a waiting one are in no figure, card, list, command or suggestion', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await deliverAll(db, server, EVENING.slice(0, 2))
  const before = await shown(db)
  // In the same session: an attempt that was broken off (header value 8 is negative), and a round 2 without round 1.
  const lost = await deliver(db, server, brokenOff(nth(4)))
  const waiting = await deliver(db, server, nth(7))
  // And in sessions of their own.
  const lostLater = await deliver(db, server, onDay('2026-05-07', brokenOff(nth(4))))
  const waitingLater = await deliver(db, server, onDay('2026-05-09', nth(7)))
  t.strictSame(
    [lost, waiting, lostLater, waitingLater].map(({ round }) => [round?.status, round?.gamingSessionId]),
    [
      ['aborted', 1],
      ['awaiting_round_1', 1],
      ['aborted', 2],
      ['awaiting_round_1', 3],
    ],
  )

  const after = await shown(db)
  t.strictSame(after.report?.notCounted, ['1 aborted round', '1 round waiting for its round 1'])
  const { notCounted: _, rounds: __, changedAt: ___, local: ____, ...figures } = before.report ?? {}
  t.match(after.report, figures, 'the newest session is the same, with the same figures')
  t.strictSame(after.cards.slice(1), before.cards.slice(1), 'cards 2 to 6 are the same')
  t.strictSame(after.cards[0], before.cards[0], 'and card 1, but for the line that says what does not count')
  t.strictSame(after.faces, before.faces)
  t.strictSame(
    after.list.map(({ session, rounds, maps, players, scores }) => [
      session,
      rounds,
      maps,
      players.length,
      scores.length,
    ]),
    [
      [3, 0, [], 0, 0],
      [2, 0, [], 0, 0],
      [1, 2, ['supply'], 6, 1],
    ],
  )
  t.match(after.list[2]?.scores, before.list[0]?.scores)
  t.strictSame(after.suggestions, before.suggestions)
  const asked = await findSession(db, { kind: 'date', date: '2026-05-07' })
  t.match(asked, { kind: 'none', sentence: /Nobody played on 2026-05-07. The newest is session 1,/ })
  for (const session of [2, 3]) {
    t.match(await loadSessionReport(db, session), {
      players: [],
      matches: [],
      totals: { kills: 0 },
      mapCount: 0,
    })
  }
})

t.test('a stamp that cannot be true is never the newest, and breaks no list', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  for (const year of ['9999', '2106', '0001', '1970']) {
    await deliver(db, server, { ...nth(0), name: nth(0).name.replace('2026', year) })
  }
  t.equal(await loadSessionReport(db, 'latest'), null)
  await deliverAll(db, server, EVENING.slice(2, 4))
  t.equal((await loadSessionReport(db, 'latest'))?.session, 5)
  const list = await listSessions(db, { limit: 10 })
  t.strictSame(
    list.map(({ session }) => session),
    [5, 4, 3, 1, 2],
    'what lies in the future stands behind all others',
  )
  const pages = []
  for (let before: number | null = null; ; before = pages.at(-1) ?? null) {
    const [next] = await listSessions(db, { limit: 1, before })
    if (!next) break
    pages.push(next.session)
  }
  t.strictSame(pages, [5, 4, 3, 1, 2], 'and page by page')
})

/** What reports, cards, lists and commands tell. */
async function shown(db: Kysely<DB>) {
  const report = await loadSessionReport(db, 'latest')
  const cards = report ? sessionCards(report, { publicUrl: null }).flat() : []
  return {
    report,
    cards: cards.map(({ description }) => description?.replace(/^Not counted: .*\n?/m, '').trim()),
    faces: (await readFaces(db, [1, 2, 3])).get(1),
    list: await listSessions(db, { limit: 10 }),
    suggestions: await suggestSessions(db, ''),
  }
}

function onDay(day: string, { name, content }: { name: string; content: Buffer }) {
  return { name: name.replace('2026-05-05', day), content }
}

/** As `map X` in mid-round makes it: named round 2, its play time negative. */
function brokenOff({ name, content }: { name: string; content: Buffer }) {
  const text = content.toString('latin1').replace(/^(.*\\)1(\\\d\\\d\\[\d:]+\\[\d:]+\\)(\d+)/, '$12$2-$3')
  return { name: name.replace('round-1', 'round-2'), content: Buffer.from(text, 'latin1') }
}

t.test('a session that loses a round in its middle has changed', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await deliverAll(db, server, EVENING)
  const before = await stateOf(db, 1)
  // A round 2: nothing that stays rests on it, and the session keeps its begin and its end.
  await deliver(db, server, earlier(nth(3)))
  const after = await stateOf(db, 1)
  t.strictSame([before.rounds, after.rounds], [8, 7])
  t.ok(after.changedAt > before.changedAt, 'its footer has another date')
  t.not(after.version, before.version)
})

t.test('so has the session that holds the other half of a map', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  const late = { ...nth(1), name: '2026-05-05-223000-supply-round-2.txt' }
  await deliverAll(db, server, [nth(0), late])
  const [first, second] = [await stateOf(db, 1), await stateOf(db, 2)]
  t.strictSame([first.rounds, second.rounds], [1, 1])
  await deliver(db, server, earlier(late))
  const after = await stateOf(db, 1)
  t.not(after.version, first.version)
  t.ok(after.changedAt > first.changedAt)
})

t.test('a version stays as long as nothing is written, and is of one session', async t => {
  const { db } = await testDatabase(t)
  const server = await gameServer(db)
  await deliverAll(db, server, EVENING.slice(0, 2))
  const before = await stateOf(db, 1)
  await deliverAll(db, server, EVENING.slice(0, 2))
  t.strictSame(await stateOf(db, 1), before, 'the same files again')
  const days = { name: nth(0).name.replace('2026-05-05', '2026-04-05'), content: nth(0).content }
  await deliver(db, server, days)
  t.strictSame(await stateOf(db, 1), before, 'another evening')
  await deliver(db, server, nth(2))
  t.not((await stateOf(db, 1)).version, before.version)
  t.equal(await sessionVersion(db, 99), null)
})

async function stateOf(db: Kysely<DB>, session: number) {
  const { changed_at } = await db
    .selectFrom('gaming_sessions')
    .select('changed_at')
    .where('gaming_session_id', '=', session)
    .executeTakeFirstOrThrow()
  const rounds = await db
    .selectFrom('rounds')
    .select('round_id')
    .where('gaming_session_id', '=', session)
    .execute()
  return { changedAt: changed_at, rounds: rounds.length, version: await sessionVersion(db, session) }
}
