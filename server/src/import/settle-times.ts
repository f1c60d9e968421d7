import { readFileName } from '@debrief/shared'
import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { type Content, chooseCurrent } from '../derive/choose-current.ts'
import { type NightFile, settleRepeatedHour } from '../derive/settle-repeated-hour.ts'
import { isNearRepeatedHour, type StampTime, stampTime } from '../derive/stamp-time.ts'
import { parseOnce } from '../parse/parse-once.ts'

/** A night's rounds on both sides of the repeated hour: enough to see which reading leaves no holes. */
const NIGHT_MS = 6 * 3_600_000

/**
 * Settles when the rounds around a newly recorded one ended. Returns the names of the files whose place in time is new:
 * its own, and in the night of a repeated hour those whose time it moved.
 */
export async function settleTimes(
  trx: Transaction<DB>,
  { serverId, timezone }: { serverId: number; timezone: string },
  filename: string,
  { earlier, later }: StampTime,
): Promise<string[]> {
  if (!isNearRepeatedHour(earlier, later, timezone)) return [filename]
  return [filename, ...(await settleNight(trx, serverId, timezone, earlier, later))]
}

async function settleNight(
  trx: Transaction<DB>,
  serverId: number,
  timezone: string,
  earlier: Date,
  later: Date,
): Promise<string[]> {
  const from = new Date(earlier.getTime() - NIGHT_MS)
  const to = new Date(later.getTime() + NIGHT_MS)
  const { rows } = await sql<Row>`
    select file_id as "fileId", filename, sha256, player_lines as "playerLines", text_bytes as "textBytes",
      ended_at, content, min(file_modified_at) over (partition by filename) as modified_at
    from processed_files
    where server_id = ${serverId} and map_name is not null and ended_at between ${from} and ${to}`.execute(
    trx,
  )
  const night = chooseCurrent(rows)
    .current.map(row => toNightFile(row, timezone))
    .filter(file => file !== null)
  const settled = settleRepeatedHour(night)

  const moved: string[] = []
  for (const row of rows) {
    const endedAt = settled.get(row.filename)
    if (!endedAt || endedAt.getTime() === row.ended_at.getTime()) continue
    await trx
      .updateTable('processed_files')
      .set({ ended_at: endedAt })
      .where('file_id', '=', row.fileId)
      .execute()
    moved.push(row.filename)
  }
  return moved
}

interface Row extends Content {
  ended_at: Date
  content: Buffer
  modified_at: Date | null
}

function toNightFile(row: Row, timezone: string): NightFile | null {
  const verdict = readFileName(row.filename)
  if (verdict.kind !== 'round') return null
  const parsed = parseOnce(row.sha256, row.content)
  if (parsed.kind !== 'round') return null
  return {
    filename: row.filename,
    time: stampTime(verdict.stamp, timezone),
    modifiedAt: row.modified_at,
    header: parsed.file.header,
  }
}
