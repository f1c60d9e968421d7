import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { StampTime } from '../derive/stamp-time.ts'
import type { OutboxEvent } from '../outbox/enqueue.ts'
import { placeEndstats, settleEndstats } from './place-endstats.ts'
import type { ReceivedEndstats } from './received-file.ts'

/** Keeps what a file of awards is found by, and places it. Returns what to tell the world. */
export async function recordEndstats(
  trx: Transaction<DB>,
  serverId: number,
  fileId: number,
  { file, map, roundNumber }: ReceivedEndstats,
  { earlier, later }: StampTime,
): Promise<OutboxEvent[]> {
  await sql`
    insert into endstats_files (file_id, server_id, map_name, round_number, written_at, later_at, line_count, text_bytes)
    values (${fileId}, ${serverId}, ${map}, ${roundNumber}, ${earlier}, ${later}, ${file.lines}, ${file.textBytes})
    on conflict (file_id) do update set map_name = excluded.map_name, round_number = excluded.round_number,
      written_at = excluded.written_at, later_at = excluded.later_at, line_count = excluded.line_count,
      text_bytes = excluded.text_bytes`.execute(trx)
  return settleEndstats(trx, await placeEndstats(trx, serverId, [earlier, later]))
}

/** A file that is no file of awards by this version's rules: its round loses them, or has another file's. */
export async function forgetEndstats(
  trx: Transaction<DB>,
  serverId: number,
  fileId: number,
): Promise<OutboxEvent[]> {
  const { rows } = await sql<{ round_id: number | null; written_at: Date; later_at: Date }>`
    with cleared as (
      delete from round_awards where round_id = (select round_id from endstats_files where file_id = ${fileId})
    ), unfought as (
      delete from round_duels where round_id = (select round_id from endstats_files where file_id = ${fileId})
    )
    delete from endstats_files where file_id = ${fileId} returning round_id, written_at, later_at`.execute(
    trx,
  )
  const [gone] = rows
  if (!gone) return []
  const placed = await placeEndstats(trx, serverId, [gone.written_at, gone.later_at])
  const events = await settleEndstats(trx, placed)
  const roundId = gone.round_id
  if (roundId === null) return events
  await sql`update rounds set changed_at = now() where round_id = ${roundId}`.execute(trx)
  return [...events, { kind: 'round_changed', subject: `round ${roundId}`, payload: { roundId } }]
}
