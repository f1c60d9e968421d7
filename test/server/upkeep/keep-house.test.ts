import { pino } from 'pino'
import t from 'tap'
import { loadConfig } from '../../../server/src/config.ts'
import { keepHouse } from '../../../server/src/upkeep/keep-house.ts'
import { testDatabase } from '../../support/test-database.ts'
import { until } from '../../support/until.ts'

t.test('a fault of ours in the upkeep is told, and not taken for a database that is away', async t => {
  const { db, pool } = await testDatabase(t)
  const told: string[] = []
  const log = pino({ level: 'warn' }, { write: line => void told.push(line) })
  const state = { databasePrepared: true }
  const stop = new AbortController()
  await pool.query('drop table team_draws')
  const house = keepHouse({ db, pool, log, state, config: loadConfig({}) }, stop.signal)
  await until('it is told', () => told.length > 0)
  stop.abort()
  await house
  t.match(told[0], /"level":50.*team_draws/)
})
