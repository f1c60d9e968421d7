import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'

/** Notes that a report was asked for, once for each question. Returns its id. */
export async function createReport(
  db: Kysely<DB>,
  session: number,
  channelId: string,
  askedBy: string,
): Promise<number> {
  const { report_id } = await db
    .insertInto('discord_reports')
    .values({ gaming_session_id: session, channel_id: channelId, asked_by: askedBy })
    .onConflict(conflict => conflict.column('asked_by').doUpdateSet({ asked_by: sql`excluded.asked_by` }))
    .returning('report_id')
    .executeTakeFirstOrThrow()
  return report_id
}
