import { problemSchema } from '@debrief/shared'
import t from 'tap'
import { createToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { corpusFile, fileForm, testApp } from '../../support/test-app.ts'
import { until } from '../../support/until.ts'

const ROUND_1 = corpusFile('evenings/files/2026-05-05-204850-supply-round-1.txt')
const AT_ONCE = 2
const WAITING = 32

t.test('behind an import that does not end, 32 files wait; one more is told to come again', async t => {
  const test = await testApp(t)
  const neighbour = await createToken(test.db, { serverName: 'neighbour', timezone: 'UTC' })
  const base = await test.listen()
  const send = (name: string, token = test.token) =>
    fetch(`${base}/api/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: fileForm(name, ROUND_1),
    })
  const name = (index: number) => `2026-05-05-2048${String(index).padStart(2, '0')}-supply-round-1.txt`
  const held = await test.pool.connect()
  await held.query('begin')
  await held.query('select from game_servers where server_id = $1 for update', [test.serverId])

  const answers: Response[] = []
  const sent = Array.from({ length: AT_ONCE + WAITING + 6 }, (_, index) =>
    send(name(index)).then(answer => answers.push(answer)),
  )
  await until('those beyond the line are answered', () => answers.length >= 6)
  for (const answer of answers) {
    t.equal(answer.status, 503)
    t.equal(answer.headers.get('retry-after'), '2')
    t.match(problemSchema.parse(await answer.json()), { code: 'busy', retriable: true, detail: /32 files/ })
  }
  const waiting = async () => {
    const { rows } = await test.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return rows.length
  }
  await until('two imports wait in the database', async () => (await waiting()) >= AT_ONCE)
  t.equal(await waiting(), AT_ONCE, 'no more than two hold a connection')
  t.equal((await send(name(0), neighbour.token)).status, 201, 'another game server is not held up')

  await held.query('rollback')
  held.release()
  await Promise.all(sent)
  const taken = answers.filter(({ ok }) => ok)
  t.equal(taken.length, AT_ONCE + WAITING, 'all that waited are stored')
  t.ok((await send(name(59))).ok, 'and there is room again')
})
