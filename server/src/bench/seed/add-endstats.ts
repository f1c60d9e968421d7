import { deriveEndstats } from '../../derive/derive-endstats.ts'
import type { DerivedRound } from '../../derive/derive-round.ts'
import type { Placement } from '../../derive/placement.ts'
import { stampTime } from '../../derive/stamp-time.ts'
import type { ReceivedEndstats } from '../../import/received-file.ts'
import type { StoredFile } from '../../import/stored-file.ts'
import { keptFile, type Rows } from './seeded-rows.ts'

export interface SeededRound {
  file: StoredFile
  roundId: number
  placement: Placement
  derived: DerivedRound
}

const REACH_MS = 3_000

/** The awards of a round, by the very function that an import derives them with. */
export function addEndstats(
  rows: Rows,
  fileId: number,
  received: ReceivedEndstats,
  { serverId, timezone }: { serverId: number; timezone: string },
  read: readonly SeededRound[],
): void {
  const { filename, sha256, content, stamp, map, roundNumber, file } = received
  const { earlier, later } = stampTime(stamp, timezone)
  const round = read.find(
    ({ file }) =>
      file.file.header.map === map &&
      file.file.header.roundNumber === roundNumber &&
      Math.abs(file.endedAt.getTime() - earlier.getTime()) <= REACH_MS,
  )
  if (!round) throw new Error(`${filename} has no round.`)
  const { roundId, placement, derived } = round
  const { awards, duels, openLines, guids } = deriveEndstats(file, {
    countsOn: placement.base !== null || placement.status === 'awaiting_round_1',
    players: derived.players.map(({ figures }) => ({
      ...{ guid: figures.player_guid, cleanName: figures.clean_name, team: figures.team },
      ...{ objectivesStolen: figures.objectives_stolen, usefulKills: figures.most_useful_kills },
    })),
  })
  rows.processed_files.push({
    ...keptFile({ fileId, filename, sha256, content, endedAt: earlier }, serverId),
    warnings: [],
  })
  rows.endstats_files.push({
    ...{ file_id: fileId, server_id: serverId, map_name: map, round_number: roundNumber },
    ...{ written_at: earlier, later_at: later, line_count: file.lines, text_bytes: file.textBytes },
    ...{ round_id: roundId, open_lines: openLines },
  })
  rows.round_awards.push(...awards.map(award => ({ ...award, round_id: roundId })))
  rows.round_duels.push(...duels.map(duel => ({ ...duel, round_id: roundId })))
  rows.players.push(...guids)
}
