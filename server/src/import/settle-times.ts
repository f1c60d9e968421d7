import { readFileName } from '@debrief/shared'
import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { type Content, chooseCurrent } from '../derive/choose-current.ts'
import { type NightFile, settleRepeatedHour } from '../derive/settle-repeated-hour.ts'
import { chooseByModification, isNearRepeatedHour, stampTime } from '../derive/stamp-time.ts'
import { parseOnce } from '../parse/parse-once.ts'
import type { ReceivedFile } from './received-file.ts'

/** From here on the rounds of this map must be looked at again. */
export interface Due {
  map: string
  from: Date
}

/** A night's rounds on both sides of the repeated hour: enough to see which reading leaves no holes. */
const NIGHT_MS = 6 * 3_600_000

/** When a received round was written, as far as it tells by itself; null for files that are no rounds. */
export function stampedAt(received: ReceivedFile, timezone: string): Date | null {
  if (received.kind !== 'round') return null
  const time = stampTime(received.stamp, timezone)
  return chooseByModification(time, received.modifiedAt) ?? time.earlier
}

/**
 * Settles when the rounds around a newly recorded one ended, and answers which maps have to be placed anew: its own,
 * and in the night of a repeated hour those of each file whose time it moved.
 */
export async function settleTimes(
  trx: Transaction<DB>,
  serverId: number,
  timezone: string,
  received: ReceivedFile & { kind: 'round' },
): Promise<Due[]> {
  const { earlier, later } = stampTime(received.stamp, timezone)
  const due = new Map<string, Date>([[received.file.header.map, earlier]])
  for (const map of await mapsOfName(trx, serverId, received)) due.set(map, earlier)
  if (isNearRepeatedHour(earlier, later, timezone)) {
    for (const { map, from } of await settleNight(trx, serverId, timezone, earlier, later)) {
      const known = due.get(map)
      due.set(map, known && known < from ? known : from)
    }
  }
  return [...due].map(([map, from]) => ({ map, from }))
}

/** The name `gamestats_…` does not tell the map: an earlier content of it may have been of another. */
async function mapsOfName(
  trx: Transaction<DB>,
  serverId: number,
  { filename }: ReceivedFile,
): Promise<string[]> {
  if (!filename.startsWith('gamestats_')) return []
  const rows = await trx
    .selectFrom('processed_files')
    .select('map_name')
    .distinct()
    .where('server_id', '=', serverId)
    .where('filename', '=', filename)
    .execute()
  return rows.map(row => row.map_name).filter(map => map !== null)
}

async function settleNight(
  trx: Transaction<DB>,
  serverId: number,
  timezone: string,
  earlier: Date,
  later: Date,
): Promise<Due[]> {
  const from = new Date(earlier.getTime() - NIGHT_MS)
  const to = new Date(later.getTime() + NIGHT_MS)
  const { rows } = await sql<Row>`
    select file_id as "fileId", filename, sha256, player_lines as "playerLines", text_bytes as "textBytes",
      map_name, ended_at, content, min(file_modified_at) over (partition by filename) as modified_at
    from processed_files
    where server_id = ${serverId} and map_name is not null and ended_at between ${from} and ${to}`.execute(
    trx,
  )
  const night = chooseCurrent(rows)
    .current.map(row => toNightFile(row, timezone))
    .filter(file => file !== null)
  const settled = settleRepeatedHour(night)

  const due: Due[] = []
  for (const row of rows) {
    const endedAt = settled.get(row.filename)
    if (!endedAt || endedAt.getTime() === row.ended_at.getTime()) continue
    await trx
      .updateTable('processed_files')
      .set({ ended_at: endedAt })
      .where('file_id', '=', row.fileId)
      .execute()
    due.push({ map: row.map_name, from: new Date(Math.min(endedAt.getTime(), row.ended_at.getTime())) })
  }
  return due
}

interface Row extends Content {
  map_name: string
  ended_at: Date
  content: Buffer
  modified_at: Date | null
}

function toNightFile(row: Row, timezone: string): NightFile | null {
  const verdict = readFileName(row.filename)
  if (verdict.kind !== 'round') return null
  const file = parseOnce(row.sha256, row.content)
  if (!file) return null
  return {
    filename: row.filename,
    time: stampTime(verdict.stamp, timezone),
    modifiedAt: row.modified_at,
    header: file.header,
  }
}
