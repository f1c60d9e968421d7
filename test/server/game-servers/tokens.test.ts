import { pino } from 'pino'
import t from 'tap'
import { createReadingToken, createToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { ensureToken } from '../../../server/src/game-servers/tokens/ensure-token.ts'
import { listTokens } from '../../../server/src/game-servers/tokens/list-tokens.ts'
import { revokeToken } from '../../../server/src/game-servers/tokens/revoke-token.ts'
import { tokenVerifier } from '../../../server/src/game-servers/tokens/token-verifier.ts'
import { testDatabase } from '../../support/test-database.ts'

function collectingLog() {
  const lines: string[] = []
  return { lines, log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }) }
}

t.test('a token is made once, and only its hash is kept', async t => {
  const { db, pool } = await testDatabase(t)
  const first = await createToken(db, { serverName: 'arena', timezone: null })
  t.match(first.token, /^dbf_[\w-]{43}$/)
  t.match(first, { created: true, formerTimezone: null, server: { name: 'arena', timezone: 'UTC' } })
  const second = await createToken(db, { serverName: 'arena', timezone: 'Europe/Paris' })
  t.match(second, { created: false, formerTimezone: 'UTC', server: { timezone: 'Europe/Paris' } })
  const third = await createToken(db, { serverName: 'arena', timezone: null })
  t.match(
    third,
    { formerTimezone: null, server: { timezone: 'Europe/Paris' } },
    'without a zone it keeps its own',
  )
  t.not(first.token, second.token)
  const { rows } = await pool.query('select t::text from ingest_tokens t')
  t.notMatch(JSON.stringify(rows), first.token)
  t.equal((await listTokens(db)).length, 3)
})

t.test('tokens are ended by id or by themselves', async t => {
  const { db } = await testDatabase(t)
  const first = await createToken(db, { serverName: 'arena', timezone: null })
  const second = await createToken(db, { serverName: 'arena', timezone: null })
  t.match(await revokeToken(db, String(first.tokenId)), { holder: 'arena', already: false })
  t.match(await revokeToken(db, second.token), { tokenId: second.tokenId, already: false })
  t.match(await revokeToken(db, second.token), { already: true })
  t.equal(await revokeToken(db, '999'), null)
  t.equal(await revokeToken(db, 'dbf_unknown'), null)
  t.ok((await listTokens(db)).every(({ revokedAt }) => revokedAt !== null))
})

t.test('a revoked token ends within a second in every process that knew it', async t => {
  const { db } = await testDatabase(t)
  let time = 0
  const processes = [tokenVerifier({ db, now: () => time }), tokenVerifier({ db, now: () => time })]
  t.teardown(() => Promise.all(processes.map(each => each.settled())))
  const { token } = await createToken(db, { serverName: 'arena', timezone: null })
  for (const each of processes) t.ok(await each.verify(token))
  await revokeToken(db, token)
  time += 1_000
  for (const each of processes) {
    t.equal(await each.find(token), null)
    t.equal(await each.verify(token), null)
  }
})

t.test('the verifier', async t => {
  const { db, pool } = await testDatabase(t)
  let time = 0
  const verifier = tokenVerifier({ db, now: () => time })
  const { token, tokenId } = await createToken(db, { serverName: 'arena', timezone: 'Europe/Paris' })
  const lastUsed = async () => {
    await verifier.settled()
    return (await listTokens(db))[0]?.lastUsedAt ?? null
  }

  t.match(await verifier.find(token), {
    tokenId,
    scope: 'ingest',
    server: { name: 'arena', timezone: 'Europe/Paris' },
  })
  t.equal(await verifier.verify(`${token}x`), null)
  const noted = await lastUsed()
  t.ok(noted)

  await t.test('notes the use at most once a minute', async t => {
    time = 59_000
    await verifier.verify(token)
    t.same(await lastUsed(), noted)
    time = 60_000
    await verifier.verify(token)
    t.ok(Number(await lastUsed()) > Number(noted))
  })
  await t.test(
    'wrong tokens, however many, cost nothing, and a new one is found when it is looked for',
    async t => {
      time = 80_000
      await verifier.find('x')
      const later = await createToken(db, { serverName: 'arena', timezone: null })
      await pool.query('alter table ingest_tokens rename to away')
      for (let n = 0; n < 100; n += 1) t.equal(await verifier.find(`wrong ${n}`), null)
      t.ok(await verifier.find(token), 'and a known one needs no database')
      await pool.query('alter table away rename to ingest_tokens')
      t.equal(await verifier.find(later.token), null)
      t.match(await verifier.verify(later.token), { tokenId: later.tokenId })
      t.ok(await verifier.find(later.token))
      time += 901
      t.ok(await verifier.find(later.token), 'and stays known')
    },
  )
  await t.test('a token that only reads belongs to no game server', async t => {
    const reader = await createReadingToken(db, { scope: 'read', label: 'the group’s board' })
    t.strictSame(await verifier.verify(reader.token), {
      tokenId: reader.tokenId,
      scope: 'read',
      server: null,
    })
    t.match(await revokeToken(db, reader.token), { holder: 'the group’s board', already: false })
  })
  await t.test('takes a revoked token for a second more at most', async t => {
    time = 100_000
    await verifier.verify(token)
    await revokeToken(db, String(tokenId))
    time += 899
    t.ok(await verifier.verify(token), 'remembered')
    time += 2
    t.equal(await verifier.verify(token), null)
  })
  await t.test('a note that cannot be written fails nobody', async t => {
    const { token } = await createToken(db, { serverName: 'arena', timezone: null })
    await pool.query('alter table ingest_tokens rename column last_used_at to lost')
    t.ok(await verifier.verify(token))
    await verifier.settled()
  })
})

t.test('the token of the settings', async t => {
  const { db } = await testDatabase(t)
  const { lines, log } = collectingLog()
  const ingest = { token: 'a-token-that-is-long-enough', serverName: 'default', timezone: null }
  const valid = async () => (await tokenVerifier({ db }).verify(ingest.token))?.server ?? null

  await Promise.all([ensureToken({ db, log }, ingest), ensureToken({ db, log }, ingest)])
  t.match(await valid(), { name: 'default', timezone: 'UTC' })
  t.equal((await listTokens(db)).length, 1, 'however often and by however many it is ensured')
  t.same(lines, [])

  await ensureToken({ db, log }, { ...ingest, timezone: 'Europe/Paris' })
  t.match(await valid(), { timezone: 'Europe/Paris' })
  t.match(lines.pop(), /debrief rebuild/)
  await ensureToken({ db, log }, ingest)
  t.match(await valid(), { timezone: 'Europe/Paris' }, 'an unset zone changes nothing')
  t.same(lines, [])

  await ensureToken({ db, log }, { ...ingest, serverName: 'renamed' })
  t.match(await valid(), { name: 'renamed' }, 'the token works for the server of the settings')
  t.match(lines.pop(), /belonged to another game server/)

  await revokeToken(db, ingest.token)
  await ensureToken({ db, log }, { ...ingest, serverName: 'renamed' })
  t.match(lines.pop(), /was revoked and stays so/)
  t.equal(await valid(), null)

  await ensureToken({ db, log }, { ...ingest, token: 'short' })
  t.match(lines.pop(), /short enough to be guessed/)
})
