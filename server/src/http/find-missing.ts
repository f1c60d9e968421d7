import type { missingRequestSchema } from '@debrief/shared'
import { readFileName } from '@debrief/shared'
import { type Kysely, sql } from 'kysely'
import type { z } from 'zod'
import type { DB } from '../db/tables.ts'
import { storableName } from '../import/storable-name.ts'

type AskedFile = z.output<typeof missingRequestSchema>['files'][number]

/** Whether this game server has delivered these very bytes under this name. */
export async function isHere(
  db: Kysely<DB>,
  serverId: number,
  { name, content, sha256 }: { name: string; content: Buffer; sha256: string },
): Promise<boolean> {
  return (await findMissing(db, serverId, [{ name, bytes: content.length, sha256 }])).length === 0
}

/**
 * Those of the files, by the names that were asked, whose bytes this game server has not delivered yet. Without a
 * digest, name and size decide. One statement however many are asked: a folder of years is one question.
 */
export async function findMissing(db: Kysely<DB>, serverId: number, files: AskedFile[]): Promise<string[]> {
  if (files.length === 0) return []
  const names = files.map(({ name }) => storedName(name))
  const sizes = files.map(({ bytes }) => bytes)
  const digests = files.map(({ sha256 }) => sha256 ?? null)
  const { rows } = await sql<{ position: number }>`
    select asked.position
    from unnest(${names}::text[], ${sizes}::bigint[], ${digests}::text[])
      with ordinality as asked(name, bytes, sha256, position)
    where not exists (
      select from processed_files received
      where received.server_id = ${serverId}
        and received.filename = asked.name
        and case when asked.sha256 is null then received.bytes = asked.bytes else received.sha256 = asked.sha256 end
    )
    order by asked.position`.execute(db)
  return rows.flatMap(({ position }) => files[position - 1]?.name ?? [])
}

function storedName(sent: string): string {
  const verdict = readFileName(sent)
  return verdict.kind === 'bad' ? storableName(sent) : verdict.name
}
