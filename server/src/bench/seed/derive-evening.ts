import type { Warning } from '@debrief/shared'
import { checkRound } from '../../check/check-round.ts'
import type { HeldRound } from '../../check/held-round.ts'
import { type DerivedRound, deriveRound } from '../../derive/derive-round.ts'
import { LOOK_BACK, placeRounds } from '../../derive/place-rounds.ts'
import { likeliestTime, stampTime } from '../../derive/stamp-time.ts'
import { readDelivery } from '../../import/read-delivery.ts'
import type { ReceivedFile } from '../../import/received-file.ts'
import { date, roundRow } from '../../import/round-row.ts'
import type { StoredFile } from '../../import/stored-file.ts'
import { roundSources } from '../../import/write-round.ts'
import { addEndstats, type SeededRound } from './add-endstats.ts'
import type { WrittenFile } from './evening.ts'
import { keptFile, noRows, RECEIVED_AFTER_MS, type Rows } from './seeded-rows.ts'

export interface SeededServer {
  serverId: number
  timezone: string
  /** Its newest files, which the next evening's are read with. */
  recent: StoredFile[]
}

/** The numbers that were given last. */
export interface Numbers {
  file: number
  round: number
  session: number
}

/**
 * All rows of one evening, by the very functions that make them when a file is imported, one file after the other in
 * the order of writing. Pure but for `numbers` and `server.recent`, which go on.
 */
export function deriveEvening(written: readonly WrittenFile[], server: SeededServer, numbers: Numbers): Rows {
  const rows = noRows()
  const received = written.map(({ name, content }) => {
    numbers.file += 1
    return { fileId: numbers.file, file: readDelivery({ name, content, modifiedAt: null, source: 'agent' }) }
  })
  const own = received.flatMap(({ fileId, file }) =>
    file.kind === 'round' ? [stored(fileId, file, server)] : [],
  )
  const placements = placeRounds([...server.recent, ...own])
  server.recent = [...server.recent, ...own].slice(-LOOK_BACK)
  const [first, last] = [own[0], own.at(-1)]
  if (!first || !last) return rows
  numbers.session += 1
  rows.gaming_sessions.push({
    ...{ gaming_session_id: numbers.session, server_id: server.serverId },
    ...{ started_at: first.endedAt, ended_at: last.endedAt, changed_at: last.receivedAt },
  })
  const read = own.map(file => readRound(rows, file, placements, numbers, server.serverId))
  for (const { fileId, file } of received) {
    if (file.kind === 'endstats') addEndstats(rows, fileId, file, server, read)
  }
  return rows
}

function stored(
  fileId: number,
  received: Extract<ReceivedFile, { kind: 'round' }>,
  { timezone }: SeededServer,
): StoredFile {
  const { filename, sha256, content, stamp, file } = received
  const endedAt = likeliestTime(stampTime(stamp, timezone), null)
  return {
    ...{ fileId, filename, sha256, content, stamp, file, endedAt, modifiedAt: endedAt },
    receivedAt: new Date(endedAt.getTime() + RECEIVED_AFTER_MS),
    ...{ playerLines: file.players.length, textBytes: file.textBytes },
    ...{ status: 'imported', errorCode: null, round: null, hasEndstats: false },
  }
}

function readRound(
  rows: Rows,
  file: StoredFile,
  placements: ReturnType<typeof placeRounds>,
  numbers: Numbers,
  serverId: number,
): SeededRound {
  const placement = placements.get(file)
  if (!placement) throw new Error(`${file.filename} has no place.`)
  numbers.round += 1
  const roundId = numbers.round
  const isWaiting = placement.status === 'awaiting_round_1'
  const derived = isWaiting ? { players: [], notices: [] } : deriveRound(roundSources(file.file, placement))
  const round = { round_id: roundId, gaming_session_id: numbers.session, changed_at: file.receivedAt }
  rows.rounds.push({ ...roundRow(serverId, file, placement, derived), ...round })
  addFigures(rows, roundId, file, derived)
  const base = placement.base as StoredFile | null
  rows.processed_files.push(
    fileRow(file, serverId, [
      ...file.file.notices,
      ...derived.notices,
      ...checkRound(file, base, derived, isWaiting ? null : heldOf(derived)),
    ]),
  )
  return { file, roundId, placement, derived }
}

function addFigures(
  rows: Rows,
  roundId: number,
  { stamp, file }: StoredFile,
  { players }: DerivedRound,
): void {
  const { map: map_name, roundNumber: round_number } = file.header
  const round = { round_id: roundId, round_date: date(stamp), map_name, round_number }
  for (const { figures, weapons } of players) {
    rows.player_comprehensive_stats.push({ ...figures, ...round })
    for (const weapon of weapons) rows.weapon_comprehensive_stats.push({ ...weapon, round_id: roundId })
  }
}

function heldOf({ players }: DerivedRound): HeldRound {
  const sum = (of: (figures: DerivedRound['players'][number]['figures']) => number | null) =>
    players.reduce((total, { figures }) => total + (of(figures) ?? 0), 0)
  return {
    players: players.length,
    weapons: players.reduce((count, { weapons }) => count + weapons.length, 0),
    ...{ kills: sum(row => row.kills), deaths: sum(row => row.deaths) },
    damageGiven: sum(row => row.damage_given),
    damageReceived: sum(row => row.damage_received),
  }
}

function fileRow(file: StoredFile, serverId: number, warnings: readonly Warning[]): object {
  return {
    ...keptFile(file, serverId),
    ...{ map_name: file.file.header.map, round_number: file.file.header.roundNumber, ended_at: file.endedAt },
    ...{ player_lines: file.playerLines, text_bytes: file.textBytes, lines_digest: file.file.linesDigest },
    warnings,
  }
}
