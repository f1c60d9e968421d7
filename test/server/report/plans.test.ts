import { sql } from 'kysely'
import type pg from 'pg'
import { pino } from 'pino'
import t from 'tap'
import { askBot } from '../../../server/src/bench/scale/ask-bot.ts'
import { scaleCases } from '../../../server/src/bench/scale/scale-cases.ts'
import { seedHistory } from '../../../server/src/bench/seed/seed-history.ts'
import { openDatabase } from '../../../server/src/db/database.ts'
import { refreshRatings } from '../../../server/src/rating/refresh-ratings.ts'
import { testApp } from '../../support/test-app.ts'
import { testDatabase } from '../../support/test-database.ts'

/** Tables that do not grow with the rounds: settings, decisions, and what is marked until the next look. */
const SMALL = new Set([
  ...['game_servers', 'counters', 'sum_layout', 'player_changes', 'unsummed_sessions', 'stale_sums'],
  ...[
    'rating_marks',
    'player_joins',
    'player_names',
    'forgotten_players',
    'discord_links',
    'agent_heartbeats',
  ],
  // Events are taken out when they are done.
  'outbox',
  // One row a map, or a player, whatever they play; all of them are shown or searched.
  ...['map_sums', 'player_name_sums', 'players'],
])

interface Asked {
  text: string
  values: unknown[]
}

interface Plan {
  'Node Type': string
  'Parent Relationship'?: string
  'Relation Name'?: string
  'Index Cond'?: string
  'Recheck Cond'?: string
  Filter?: string
  Plans?: Plan[]
}

/** Keeps what every new connection of the pool is asked. */
function listen(pool: pg.Pool): Asked[] {
  const heard: Asked[] = []
  pool.on('connect', client => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    const noted = (...args: unknown[]) => {
      const [first, second] = args as [string | { text: string; values?: unknown[] }, unknown[]?]
      const text = typeof first === 'string' ? first : first.text
      heard.push({ text, values: (typeof first === 'string' ? second : first.values) ?? [] })
      return query(...args)
    }
    client.query = noted as typeof client.query
  })
  return heard
}

/** Where a plan reads a table that grows from one end to the other, or until something fits. */
function wholeReads(plan: Plan, isLimited = false): string[] {
  const table = plan['Relation Name']
  const type = plan['Node Type']
  const isFound = plan['Index Cond'] !== undefined || plan['Recheck Cond'] !== undefined
  // Of a subquery such as `exists`: the first row ends it.
  const isFirst = isLimited || plan['Parent Relationship'] === 'InitPlan'
  const isInOrder = type.startsWith('Index') && isFirst && plan.Filter === undefined
  const isWhole = table !== undefined && type.endsWith('Scan') && !SMALL.has(table) && !isFound && !isInOrder
  const limits =
    type === 'Limit' || (isLimited && /^(?:Nested Loop|Subquery Scan|Result|Incremental Sort)$/.test(type))
  return [
    ...(isWhole ? [`${type} on ${table}${plan.Filter ? ` where ${plan.Filter}` : ''}`] : []),
    ...(plan.Plans ?? []).flatMap(below => wholeReads(below, limits)),
  ]
}

async function planOf(pool: pg.Pool, { text, values }: Asked): Promise<Plan> {
  const client = await pool.connect()
  try {
    // On few rows reading them all is cheapest. Without these ways a table is read as a whole only where nothing else
    // is possible: then no index serves the query.
    await client.query(
      'begin; set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off',
    )
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `explain (format json) ${text}`,
      values,
    )
    const [first] = rows[0]?.['QUERY PLAN'] ?? []
    if (!first) throw new Error(`No plan for ${text}`)
    return first.Plan
  } finally {
    await client.query('rollback')
    client.release()
  }
}

/** The n-th writing of a column that is not the same again. */
const EARLIER: Record<string, string> = {
  ...Object.fromEntries(
    ['gaming_session_id', 'round_id', 'file_id', 'base_file_id', 'match_id'].map(id => [
      id,
      `t.${id} + n * 1000000`,
    ]),
  ),
  filename: 'n || t.filename',
  round_date: 't.round_date - n * 100',
  ...Object.fromEntries(
    ['started_at', 'ended_at', 'first_ended_at', 'last_ended_at'].map(at => [
      at,
      `t.${at} - n * interval '100 days'`,
    ]),
  ),
}

/** Makes the history many times as long by writing it down again for earlier days: enough for plans. */
async function lengthen(pool: pg.Pool, times: number): Promise<void> {
  for (const table of [
    ...['gaming_sessions', 'processed_files', 'rounds', 'player_comprehensive_stats', 'round_duels'],
    ...['weapon_comprehensive_stats', 'player_cells', 'map_round_cells'],
  ]) {
    const { rows } = await pool.query<{ column: string }>(
      `select attname as column from pg_attribute where attrelid = $1::regclass and attnum > 0 and attgenerated = ''`,
      [table],
    )
    const columns = rows.map(({ column }) => column)
    await pool.query(
      `insert into ${table} (${columns.join()}) overriding system value
      select ${columns.map(column => EARLIER[column] ?? `t.${column}`).join()}
      from ${table} t cross join generate_series(1, $1::int) n`,
      [times],
    )
  }
  await pool.query('analyze')
}

t.test('nothing that people ask for reads a table that grows with the rounds as a whole', async t => {
  const seeded = await testDatabase(t)
  await seedHistory(seeded, { rounds: 80, players: 100, seed: 2, until: new Date() })
  await lengthen(seeded.pool, 20)
  const { db, pool, close } = openDatabase({ url: seeded.url, log: pino({ level: 'silent' }) })
  t.teardown(close)
  // Before the first connection: what goes by one that nobody listens to would be looked at by chance only.
  const heard = listen(pool)
  // All of it is marked by now: to rate all sessions a whole reading is the right one.
  await refreshRatings(db)
  const { app } = await testApp(t, { through: async () => ({ db, pool }) })
  const planned = new Set<string>()
  for (const asked of await scaleCases(db)) {
    // Nothing kept may be shown.
    await sql`update player_changes set changes = changes + 1`.execute(db)
    heard.length = 0
    if (asked.kind === 'get') {
      const answer = await app.inject({
        url: asked.path,
        headers: { accept: asked.isPage ? 'text/html' : '*/*' },
      })
      t.equal(answer.statusCode, 200, asked.path)
    } else await askBot(db, asked)
    for (const query of heard.filter(({ text }) => /^\s*\(?(?:select|with)\b/i.test(text))) {
      if (planned.has(query.text)) continue
      planned.add(query.text)
      const found = wholeReads(await planOf(seeded.pool, query))
      t.same(found, [], `${asked.name}: ${query.text.replace(/\s+/g, ' ').slice(0, 120)}`)
    }
  }
  t.ok(planned.size > 40, 'the statements were heard')
})

t.test('marks are taken without looking through all of them for each', async t => {
  const { db, pool, close } = openDatabase({
    url: (await testDatabase(t)).url,
    log: pino({ level: 'silent' }),
  })
  t.teardown(close)
  const heard = listen(pool)
  await seedHistory({ db, pool }, { rounds: 20, players: 100, seed: 2, until: new Date() })
  const taking = heard.filter(({ text }) => /^\s*delete from (?:stale_sums|rating_marks)/.test(text))
  for (const table of ['stale_sums', 'rating_marks']) {
    const query = taking.find(({ text }) => text.includes(table))
    if (!query) throw new Error(`Nothing was taken from ${table}.`)
    t.notMatch(JSON.stringify(await planOf(pool, query)), /Nested Loop/, table)
  }
})
