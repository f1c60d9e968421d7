import type { Kysely } from 'kysely'
import type { DB } from '../../server/src/db/tables.ts'
import type { WrittenFile } from './game-server.ts'

/** Every figure in the database that differs from the truth, in words; rows too few and rows too many. */
export async function compareWithTruth(db: Kysely<DB>, files: readonly WrittenFile[]): Promise<string[]> {
  const wrong: string[] = []
  for (const file of files) {
    const rows = await db
      .selectFrom('player_comprehensive_stats as p')
      .innerJoin('rounds as r', 'r.round_id', 'p.round_id')
      .selectAll('p')
      .where('r.filename', '=', file.name)
      .execute()
    if (rows.length !== file.truth.length) {
      wrong.push(`${file.name}: ${rows.length} players, true are ${file.truth.length}`)
    }
    for (const truth of file.truth) {
      // Bots of one name are told by their figures: any row that fits is the right one.
      const candidates = rows.filter(
        row => row.player_name === truth.name && row.player_guid.startsWith(truth.guid.slice(0, 7)),
      )
      const differences = await Promise.all(candidates.map(row => differ(db, row, truth)))
      const best = differences.sort((a, b) => a.length - b.length)[0] ?? ['no row']
      wrong.push(...best.map(words => `${file.name} ${truth.name}: ${words}`))
    }
  }
  return wrong
}

async function differ(
  db: Kysely<DB>,
  row: DB['player_comprehensive_stats'],
  truth: WrittenFile['truth'][number],
): Promise<string[]> {
  const wrong: string[] = []
  const compare = (what: string, actual: unknown, expected: unknown) => {
    if (actual !== expected) wrong.push(`${what} ${actual}, true is ${expected}`)
  }
  compare('kills', row.kills, truth.kills)
  compare('deaths', row.deaths, truth.deaths)
  compare('damage given', row.damage_given, truth.damageGiven)
  compare('damage received', row.damage_received, truth.damageReceived)
  compare('bullets fired', row.bullets_fired, truth.shots)
  compare('xp', row.xp, truth.xp)
  const seconds = row.time_played_seconds ?? Number.NaN
  compare('time within the file’s steps', Math.abs(seconds - truth.teamMs / 1000) <= 6.1, true)
  const weapons = await db
    .selectFrom('weapon_comprehensive_stats')
    .selectAll()
    .where('round_id', '=', row.round_id)
    .where('player_guid', '=', row.player_guid)
    .execute()
  compare(
    'weapons',
    weapons
      .map(each => each.weapon_name)
      .sort()
      .join(),
    Object.keys(truth.weapons).sort().join(),
  )
  for (const weapon of weapons) {
    const { hits, shots, kills, deaths, headshots } = weapon
    const own = truth.weapons[weapon.weapon_name]
    compare(
      weapon.weapon_name,
      JSON.stringify({ hits, shots, kills, deaths, headshots }),
      JSON.stringify(own),
    )
  }
  return wrong
}
