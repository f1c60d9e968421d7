import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import t from 'tap'
import { restoreBackup } from '../../../server/src/backup/restore-backup.ts'
import { writeBackup } from '../../../server/src/backup/write-backup.ts'
import { sessionCards } from '../../../server/src/cards/session-cards.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import { rebuild } from '../../../server/src/import/rebuild.ts'
import { forgetPlayer } from '../../../server/src/players/forget-player.ts'
import { joinPlayer, separatePlayer } from '../../../server/src/players/join-player.ts'
import { linkPlayer, unlinkPlayer } from '../../../server/src/players/link-player.ts'
import { namePlayer } from '../../../server/src/players/name-player.ts'
import { listSessions } from '../../../server/src/report/list-sessions.ts'
import { loadRoundReport } from '../../../server/src/report/load-round-report.ts'
import { loadSessionReport } from '../../../server/src/report/load-session-report.ts'
import { loadNameBook } from '../../../server/src/report/players/name-book.ts'
import { settleFigures } from '../../../server/src/report/players/settle-figures.ts'
import { readFaces } from '../../../server/src/report/read-faces.ts'
import { sessionVersion } from '../../../server/src/report/session-version.ts'
import { corpusFiles } from '../../support/corpus.ts'
import { deliver, deliverAll, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

const EVENING = corpusFiles('evenings').slice(0, 4)

/** Everything that a reader of any form meets, as one text. */
async function allTexts(db: Kysely<DB>): Promise<string> {
  const report = await loadSessionReport(db, 1)
  if (!report) throw new Error('There is no report.')
  const book = await loadNameBook(db)
  const { rows } = { rows: await db.selectFrom('rounds').select('round_id').execute() }
  const rounds = await Promise.all(rows.map(row => loadRoundReport(db, row.round_id)))
  return JSON.stringify([
    report,
    sessionCards(report, { publicUrl: null }),
    rounds,
    await listSessions(db, { limit: 9 }),
    [...(await readFaces(db, [1])).values()],
    report.players.map(({ guid }) => book.nameOf(guid)),
    await db.selectFrom('counted_player_stats').select(['player_name', 'clean_name']).execute(),
  ])
}

t.test(
  'a forgotten player’s name is nowhere, and his figures stay, also after rebuild and restore',
  async t => {
    const { db, pool } = await testDatabase(t)
    await deliverAll(db, await gameServer(db, 'zone'), EVENING.slice(0, 3))
    // One that waits for its round 1: its page shows what the file states.
    await deliver(db, await gameServer(db, 'other'), EVENING[1] ?? { name: '', content: Buffer.alloc(0) })
    await settleFigures(db)
    const before = await loadSessionReport(db, 1)
    const player = before?.players[0]
    if (!player) throw new Error('Nobody played.')
    const { guid, name } = player
    t.ok((await allTexts(db)).includes(name))
    const version = await sessionVersion(db, 1)
    await namePlayer(db, guid, 'Other Name')
    t.not(await sessionVersion(db, 1), version, 'a page of before is not shown again')
    t.equal((await loadSessionReport(db, 1))?.players[0]?.name, 'Other Name')
    t.same((await loadNameBook(db)).search('other na'), [guid])
    t.same((await loadNameBook(db)).search(name.toUpperCase()), [guid], 'by every name that he ever used')

    await forgetPlayer(db, guid)
    const shown = `player ${guid.slice(0, 4).toLowerCase()}`
    const check = async (db: Kysely<DB>, when: string) => {
      const texts = await allTexts(db)
      t.notOk(texts.includes(JSON.stringify(name).slice(1, -1)), `${when}: the name is nowhere`)
      t.notOk(texts.includes('Other Name'), `${when}: nor the one that was set`)
      t.ok(texts.includes(shown))
      const book = await loadNameBook(db)
      for (const text of [name, 'other', shown, guid]) t.same(book.search(text), [], `${when}: no search`)
      const after = (await loadSessionReport(db, 1))?.players[0]
      t.strictSame({ ...after, name: '', colouredName: '' }, { ...player, name: '', colouredName: '' })
    }
    await check(db, 'at once')
    await rebuild({ db, sessionGapMinutes: 60 })
    await settleFigures(db)
    await check(db, 'after rebuild')

    const path = join(t.testdir(), 'debrief.backup')
    await writeBackup({ pool }, path)
    t.ok(gunzipSync(readFileSync(path)).includes('forgotten_players'))
    const empty = await testDatabase(t)
    await restoreBackup({ pool: empty.pool, log: pino({ level: 'silent' }) }, path)
    await rebuild({ db: empty.db, sessionGapMinutes: 60 })
    await settleFigures(empty.db)
    await check(empty.db, 'after restore')
    const acts = await empty.db.selectFrom('admin_actions').select(['action', 'subject']).execute()
    t.match(acts, [
      { action: 'player named', subject: `player ${guid}` },
      { action: 'player forgotten', subject: `player ${guid}` },
    ])
    t.notOk(JSON.stringify(acts).includes(name), 'not even in the list of acts')
  },
)

t.test('joins, names and links: one person, one of each', async t => {
  const { db } = await testDatabase(t)
  await deliverAll(db, await gameServer(db, 'zone'), EVENING)
  const report = await loadSessionReport(db, 1)
  const [a, b, c] = report?.players ?? []
  if (!a || !b || !c) throw new Error('Too few played.')
  const refused = (act: Promise<unknown>, sentence: RegExp) =>
    t.rejects(act, { name: 'DecisionRefused', message: sentence })

  await joinPlayer(db, b.guid, a.guid)
  const joined = await loadSessionReport(db, 1)
  t.equal(joined?.players.length, (report?.players.length ?? 0) - 1)
  const both = joined?.players.find(({ guid }) => guid === a.guid)
  t.match(both, { kills: a.kills + b.kills, deaths: a.deaths + b.deaths, shots: a.shots + b.shots })
  await joinPlayer(db, a.guid, c.guid)
  t.same(
    await db.selectFrom('player_joins').selectAll().orderBy('player_guid').execute(),
    [a.guid, b.guid].sort().map(player_guid => ({ player_guid, main_guid: c.guid })),
    'what was joined goes with it',
  )
  await refused(joinPlayer(db, c.guid, a.guid), /is joined to .* already; separate it first/)
  await refused(joinPlayer(db, c.guid, c.guid), /already/)
  await refused(joinPlayer(db, '00000000', a.guid), /No player of the GUID 00000000 has played here/)
  await separatePlayer(db, a.guid)
  await separatePlayer(db, b.guid)
  await refused(separatePlayer(db, b.guid), /is joined to nobody/)
  const { changedAt: _, local: __, ...figures } = (await loadSessionReport(db, 1)) ?? {}
  t.match(report, figures, 'as it was')

  for (const name of ['', ' ', 'x'.repeat(37), 'a\u202eb', '^1red', '\u200b'])
    await refused(namePlayer(db, a.guid, name), /^A name has/)
  await namePlayer(db, a.guid, '<b>Ørjan</b>')
  await namePlayer(db, a.guid, null)
  t.equal((await loadSessionReport(db, 1))?.players.find(({ guid }) => guid === a.guid)?.name, a.name)

  const [user, other] = ['123456789012345678', '223456789012345678']
  t.equal(await linkPlayer(db, user, a.guid), null)
  await refused(linkPlayer(db, other, a.guid), /linked to another Discord user/)
  t.equal(await linkPlayer(db, user, b.guid), a.guid, 'a user is one player')
  await joinPlayer(db, b.guid, c.guid)
  await refused(linkPlayer(db, other, c.guid), /linked to another Discord user \(1234/)
  t.equal(await linkPlayer(db, other, a.guid), null)
  await joinPlayer(db, c.guid, a.guid)
  t.same(
    await db.selectFrom('discord_links').selectAll().execute(),
    [{ discord_user_id: other, player_guid: a.guid }],
    'of two who become one the main GUID’s link stays',
  )
  await refused(unlinkPlayer(db, user), /is linked to nobody/)
  await separatePlayer(db, b.guid)
  await separatePlayer(db, c.guid)
  await unlinkPlayer(db, other)
  await linkPlayer(db, user, b.guid)
  await forgetPlayer(db, b.guid)
  t.same(
    await db.selectFrom('discord_links').selectAll().execute(),
    [],
    'who is forgotten is linked to nobody',
  )
  await refused(unlinkPlayer(db, user), /is linked to nobody/)
})
