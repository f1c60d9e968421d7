import type { Kysely, Selectable } from 'kysely'
import type { DB } from '../../server/src/db/tables.ts'
import type { Night, TruePlayer, TrueRound } from './game-server/night-file.ts'

type PlayerRow = Omit<
  Selectable<DB['player_comprehensive_stats']>,
  'round_date' | 'map_name' | 'round_number'
>
type WeaponRow = Selectable<DB['weapon_comprehensive_stats']>

/** A round's row, with the names of the files that it rests on. */
type RoundRow = Pick<
  Selectable<DB['rounds']>,
  'round_id' | 'filename' | 'status' | 'outcome' | 'duration_seconds' | 'ended_at'
> & { match_file: string | null; base_file: string | null }

export interface NightRows {
  rounds: readonly RoundRow[]
  players: readonly PlayerRow[]
  weapons: readonly WeaponRow[]
}

/** Every value of one game server in the database that differs from what is true, in words. */
export async function compareNight(
  db: Kysely<DB>,
  night: Pick<Night, 'rounds'>,
  serverId?: number,
): Promise<string[]> {
  return compareRows(await nightRows(db, serverId), night)
}

async function nightRows(db: Kysely<DB>, serverId?: number): Promise<NightRows> {
  const all = db
    .selectFrom('rounds as r')
    .leftJoin('processed_files as f', 'f.file_id', 'r.match_id')
    .leftJoin('processed_files as b', 'b.file_id', 'r.base_file_id')
    .selectAll('r')
    .select(['f.filename as match_file', 'b.filename as base_file'])
  const rounds = await (serverId === undefined ? all : all.where('r.server_id', '=', serverId)).execute()
  const ids = [-1, ...rounds.map(round => round.round_id)]
  return {
    rounds,
    players: await db
      .selectFrom('player_comprehensive_stats')
      .selectAll()
      .where('round_id', 'in', ids)
      .execute(),
    weapons: await db
      .selectFrom('weapon_comprehensive_stats')
      .selectAll()
      .where('round_id', 'in', ids)
      .execute(),
  }
}

/**
 * Every value that differs from what is true, in words; rows too few and rows too many. Only what a night's files can
 * tell is asked for, and as exactly as they can tell it.
 */
export function compareRows({ rounds, players, weapons }: NightRows, night: Pick<Night, 'rounds'>): string[] {
  const known = new Set(night.rounds.map(round => round.file))
  const wrong = rounds.filter(row => !known.has(row.filename)).map(row => `${row.filename}: is no round`)
  for (const truth of night.rounds) {
    const row = rounds.find(each => each.filename === truth.file)
    if (!row) {
      wrong.push(`${truth.file}: no round`)
      continue
    }
    const own = players.filter(player => player.round_id === row.round_id)
    const cells = weapons.filter(weapon => weapon.round_id === row.round_id)
    const found = [...compareRound(row, truth), ...comparePlayers(own, cells, truth)]
    wrong.push(...found.map(words => `${truth.file}: ${words}`))
  }
  return wrong
}

function compareRound(row: RoundRow, truth: TrueRound): string[] {
  const { compare, near, wrong } = comparison()
  compare('status', row.status, truth.status)
  compare('ended at', row.ended_at.getTime(), Math.floor(truth.endedAt.getTime() / 1000) * 1000)
  if (truth.players.length === 0) return wrong
  compare('outcome', row.outcome, truth.outcome)
  compare('counts on from', row.base_file, truth.countsOn)
  compare('match', row.match_file, truth.round1)
  if (truth.outcome !== 'broken_off' || row.duration_seconds !== null)
    near('duration', row.duration_seconds, truth.seconds, truth.secondsTolerance)
  return wrong
}

function comparePlayers(rows: readonly PlayerRow[], cells: readonly WeaponRow[], truth: TrueRound): string[] {
  const wrong: string[] = []
  const left = new Set(rows)
  for (const player of truth.players) {
    // Bots of one name are told by their figures: any row that fits is the right one.
    const candidates = [...left]
      .filter(row => row.player_name === player.name && row.player_guid.startsWith(player.guid))
      .map(row => ({ row, differences: comparePlayer(row, cells, player, truth) }))
      .sort((a, b) => a.differences.length - b.differences.length)
    const [best] = candidates
    if (best) left.delete(best.row)
    else if (player.mayBeLeftOut) continue
    wrong.push(...(best?.differences ?? ['no row']).map(words => `${player.name}: ${words}`))
  }
  return [...wrong, ...[...left].map(row => `${row.player_name}: a row too many`)]
}

function comparePlayer(
  row: PlayerRow,
  cells: readonly WeaponRow[],
  player: TruePlayer,
  round: TrueRound,
): string[] {
  const { compare, near, wrong } = comparison()
  compare('team', row.team, player.team)
  const held: Record<string, unknown> = { ...row }
  for (const [figure, value] of Object.entries(player.figures)) compare(figure, held[figure], value)
  near('seconds played', row.time_played_seconds, player.teamMs / 1000, player.secondsTolerance)
  compareShares(row, player, near)
  const own = cells.filter(cell => cell.player_guid === row.player_guid)
  const used = own.filter(
    ({ hits, shots, kills, deaths, headshots }) => hits + shots + kills + deaths + headshots > 0,
  )
  compare(
    'weapons',
    used
      .map(cell => cell.weapon_name)
      .sort()
      .join(),
    Object.keys(player.weapons).sort().join(),
  )
  for (const { weapon_name, hits, shots, kills, deaths, headshots } of used) {
    const made = JSON.stringify({ hits, shots, kills, deaths, headshots })
    compare(weapon_name, made, JSON.stringify(player.weapons[weapon_name]))
  }
  const seconds = row.time_played_seconds
  if (seconds !== null && round.secondsTolerance !== null)
    compare('no longer than the round', seconds <= round.seconds + round.secondsTolerance + 1, true)
  return wrong
}

function compareShares(
  row: PlayerRow,
  player: TruePlayer,
  near: ReturnType<typeof comparison>['near'],
): void {
  if (player.shareTolerance === null) return
  if (player.aliveMs === null) {
    near('at most all of the time alive', row.time_played_percent, 50, 50)
    return
  }
  const alive = (100 * player.aliveMs) / player.teamMs
  near('share alive', row.time_played_percent, alive, player.shareTolerance)
  near('share dead', row.time_dead_ratio, 100 - alive, player.shareTolerance)
  const dead = (player.teamMs - player.aliveMs) / 60_000
  // A tenth of a minute is the file's own step where it says so itself.
  const tolerance = 0.06 + (player.shareTolerance / 100) * (player.teamMs / 60_000)
  near('minutes dead', row.time_dead_minutes, dead, tolerance)
}

function comparison() {
  const wrong: string[] = []
  const compare = (what: string, actual: unknown, expected: unknown) => {
    if (actual !== expected) wrong.push(`${what} ${actual}, true is ${expected}`)
  }
  /** Tolerance null: the file does not tell; then nothing may be stated, or the truth. */
  const near = (what: string, actual: number | null, expected: number, tolerance: number | null) => {
    if (actual === null && tolerance === null) return
    if (actual === null || Math.abs(actual - expected) > (tolerance ?? 6.1))
      wrong.push(`${what} ${actual}, true is ${expected.toFixed(2)} ± ${tolerance}`)
  }
  return { compare, near, wrong }
}
