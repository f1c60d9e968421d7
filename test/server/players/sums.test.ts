import { type Kysely, sql } from 'kysely'
import t from 'tap'
import { seedHistory } from '../../../server/src/bench/seed/seed-history.ts'
import type { DB } from '../../../server/src/db/tables.ts'
import { settleFigures } from '../../../server/src/report/players/settle-figures.ts'
import { NO_SUMS } from '../../../server/src/report/players/settle-sums.ts'
import { removeRound } from '../../../server/src/session/remove-round.ts'
import { testDatabase } from '../../support/test-database.ts'

/** The sums over all time, and the same added up from the cells in one go. */
async function compareSums(db: Kysely<DB>): Promise<{ kept: unknown[]; added: unknown[] }> {
  const [kept, added] = [[] as unknown[], [] as unknown[]]
  const rows = async (query: ReturnType<typeof sql<object>>) => (await query.execute(db)).rows
  kept.push(
    ...(await rows(sql`select player_guid, rounds, maps, maps_won, shots, hits, first_ended_at, last_ended_at,
      round(sums[1]::numeric, 3) as first_sum,
      (select sum((q.weapons -> 'mp40' ->> 0)::int)::int from player_sums q
        where q.player_guid = a.player_guid and q.period <> 'all') as mp40
      from player_sums a where period = 'all' order by 1`)),
    ...(await rows(sql`select map_name, player_guid, rounds, kills, deaths, attack_rounds, defence_won
      from player_map_sums order by 1, 2`)),
    ...(await rows(sql`select * from player_name_sums order by 1, 2, 3`)),
    ...(await rows(sql`select map_name, times, attacks, completed, held, surrendered, best_seconds, median_seconds,
      axis_wins, allies_wins, last_ended_at from map_sums where period = 'all' order by 1`)),
    ...(await rows(sql`select player_guid, opponent_guid, sum(kills)::int as kills, sum(rounds)::int as rounds
      from duel_cells group by 1, 2 order by 1, 2`)),
  )
  added.push(
    ...(await rows(sql`select player_guid, sum(rounds)::int as rounds, sum(maps)::int as maps,
      sum(maps_won)::int as maps_won, sum(shots)::int as shots, sum(hits)::int as hits,
      min(first_ended_at) as first_ended_at, max(last_ended_at) as last_ended_at,
      round(sum(sums[1])::numeric, 3) as first_sum, sum((weapons -> 'mp40' ->> 0)::int)::int as mp40
      from player_cells group by 1 order by 1`)),
    ...(await rows(sql`select map_name, player_guid, sum(rounds)::int as rounds, sum(kills)::int as kills,
      sum(deaths)::int as deaths, sum(attack_rounds)::int as attack_rounds, sum(defence_won)::int as defence_won
      from player_map_cells group by 1, 2 order by 1, 2`)),
    ...(await rows(sql`select player_guid, player_name, clean_name, min(first_ended_at) as first_ended_at,
      max(last_ended_at) as last_ended_at from player_name_cells group by 1, 2, 3 order by 1, 2, 3`)),
    ...(await rows(sql`select map_name, count(distinct map_key)::int as times, count(*)::int as attacks,
      count(*) filter (where attack = 'completed')::int as completed,
      count(*) filter (where attack = 'held')::int as held,
      count(*) filter (where attack = 'surrendered')::int as surrendered,
      min(seconds) filter (where attack = 'completed') as best_seconds,
      percentile_cont(0.5) within group (order by seconds) filter (where attack = 'completed') as median_seconds,
      count(*) filter (where winner_team = 1)::int as axis_wins,
      count(*) filter (where winner_team = 2)::int as allies_wins, max(ended_at) as last_ended_at
      from map_round_cells group by 1 order by 1`)),
    ...(await rows(sql`select player_guid, opponent_guid, sum(kills)::int as kills, count(distinct round_id)::int as rounds
      from round_duels join map_round_cells using (round_id) group by 1, 2 order by 1, 2`)),
  )
  return { kept, added }
}

async function settleAll(db: Kysely<DB>): Promise<void> {
  while ((await settleFigures(db)) > 0);
}

t.test('sums over all time are what the evenings add up to, whatever comes and goes', async t => {
  const { db, pool } = await testDatabase(t)
  // The evenings lie on both sides of the end of a quarter.
  await seedHistory({ db, pool }, { rounds: 150, players: 100, seed: 2, until: new Date('2026-07-02') })
  const isRight = async (when: string) => {
    // A reader sums what he needs, and leaves the rest.
    await settleFigures(db, { sums: NO_SUMS })
    await settleFigures(db, { sums: { kinds: ['player on map', 'map'], about: 'supply' } })
    await settleFigures(db, { sums: { kinds: ['player'] } })
    await settleAll(db)
    const { kept, added } = await compareSums(db)
    t.same(kept, added, when)
  }
  await isRight('at first')
  const { rows } = await sql<{ quarters: number }>`
    select count(distinct period)::int as quarters from player_sums where period <> 'all'`.execute(db)
  t.equal(rows[0]?.quarters, 2)

  const ids = await db.selectFrom('rounds').select('round_id').orderBy('round_id').execute()
  for (const index of [0, 41, 77])
    await db.transaction().execute(trx => removeRound(trx, ids[index]?.round_id ?? 0))
  await isRight('rounds were withdrawn')

  await sql`update rounds set gaming_session_id = (select max(gaming_session_id) from gaming_sessions)
    where round_id = ${ids[100]?.round_id}`.execute(db)
  await isRight('a round moved to another session, and its map is in two')

  await db
    .insertInto('player_joins')
    .columns(['player_guid', 'main_guid'])
    .expression(
      sql<{
        player_guid: string
        main_guid: string
      }>`select min(player_guid), max(player_guid) from player_cells`,
    )
    .execute()
  await sql`insert into unsummed_sessions (gaming_session_id) select gaming_session_id from gaming_sessions`.execute(
    db,
  )
  await settleAll(db)
  const joined = await sql<{ people: number }>`
    select count(*)::int as people from player_sums where period = 'all'`.execute(db)
  t.equal(joined.rows[0]?.people, 99, 'two GUIDs of one person are one player')
  await sql`delete from player_joins`.execute(db)
  await sql`insert into unsummed_sessions (gaming_session_id) select gaming_session_id from gaming_sessions`.execute(
    db,
  )
  await isRight('and two again')

  // An older version sums beside this one: it knows the cells, and nothing of what rests on them.
  await sql`delete from player_cells where gaming_session_id = 2`.execute(db)
  await sql`delete from map_round_cells where gaming_session_id = 3`.execute(db)
  await isRight('cells were taken away by another program')
})
