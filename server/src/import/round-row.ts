import type { Stamp } from '@debrief/shared'
import type { Insertable } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { DerivedRound } from '../derive/derive-round.ts'
import type { Placement } from '../derive/placement.ts'
import { RULES_VERSION } from '../derive/rules-version.ts'
import type { Header } from '../parse/header.ts'
import type { StoredFile } from './stored-file.ts'

const SIDES = ['draw', 'axis', 'allies'] as const

/** What a file and its neighbours say of a round; the session is found by time, and stays when the row is replaced. */
export type RoundRow = Omit<Insertable<DB['rounds']>, 'gaming_session_id'>

/** A row of `rounds`. Header value 7 stands nowhere: it is a time limit of the future, never a duration. */
export function roundRow(
  serverId: number,
  { fileId, filename, endedAt, stamp, file }: StoredFile,
  { status, base, round1, outcome, durationSeconds, countsOn }: Placement,
  derived: DerivedRound,
): RoundRow {
  const { header } = file
  return {
    server_id: serverId,
    file_id: fileId,
    filename,
    base_file_id: base?.fileId ?? null,
    round_date: date(stamp),
    round_time: time(stamp),
    ended_at: endedAt,
    map_name: header.map,
    round_number: header.roundNumber,
    host_name: header.hostName,
    config: header.config,
    defender_team: header.defenderTeam,
    ...result(header, status === 'aborted'),
    time_limit_seconds: header.timeLimit,
    duration_seconds: durationSeconds,
    outcome,
    counts_on: countsOn,
    rules_version: RULES_VERSION,
    match_id: round1?.fileId ?? null,
    status,
    format_variant: file.variant,
    player_count: derived.players.length,
    weapon_row_count: derived.players.reduce((count, player) => count + player.weapons.length, 0),
  }
}

/** An attempt that was broken off has no result, whatever its header says. */
function result({ winnerTeam }: Header, isAborted: boolean) {
  if (isAborted) return { winner_team: null, winner: null, axis_score: null, allies_score: null }
  return {
    winner_team: winnerTeam,
    winner: SIDES[winnerTeam],
    axis_score: winnerTeam === 1 ? 1 : 0,
    allies_score: winnerTeam === 2 ? 1 : 0,
  } as const
}

const pad = (value: number, length = 2) => String(value).padStart(length, '0')

export function date({ year, month, day }: Stamp): string {
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`
}

function time({ hour, minute, second }: Stamp): string {
  return `${pad(hour)}:${pad(minute)}:${pad(second)}`
}
