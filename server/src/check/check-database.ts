import type { RoundStatus, Warning } from '@debrief/shared'
import { type Kysely, sql } from 'kysely'
import type { CountsOn, DB } from '../db/tables.ts'
import { deriveRound } from '../derive/derive-round.ts'
import { parseRoundFile, type RoundFile } from '../parse/round-file.ts'
import { checkRound } from './check-round.ts'
import { heldRound } from './held-round.ts'

export interface CheckedRound {
  roundId: number
  filename: string
  /** Of the rules that made its rows; null: older than the first version. */
  rulesVersion: number | null
  warnings: Warning[]
}

interface Options {
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

/** Runs the seven checks over every round in the database, against the raw bytes that it holds. */
export async function* checkDatabase(
  db: Kysely<DB>,
  { onProgress, signal }: Options = {},
): AsyncGenerator<CheckedRound> {
  const rounds = await db.selectFrom('rounds').select('round_id').orderBy('ended_at').execute()
  for (const [index, { round_id }] of rounds.entries()) {
    signal?.throwIfAborted()
    const checked = await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(trx => checkOne(trx, round_id))
    if (checked) yield checked
    onProgress?.(index + 1, rounds.length)
  }
}

async function checkOne(trx: Parameters<typeof heldRound>[0], roundId: number): Promise<CheckedRound | null> {
  const { rows } = await sql<{
    filename: string
    status: RoundStatus
    content: Buffer
    base: Buffer | null
    round1: Buffer | null
    duration_seconds: number | null
    counts_on: CountsOn | null
    rules_version: number | null
  }>`
    select r.filename, r.status, f.content, b.content as base, m.content as round1, r.duration_seconds, r.counts_on,
      r.rules_version
    from rounds r
    join processed_files f on f.file_id = r.file_id
    left join processed_files b on b.file_id = r.base_file_id
    left join processed_files m on m.file_id = r.match_id and m.file_id <> r.file_id
    where r.round_id = ${roundId}`.execute(trx)
  const [row] = rows
  // Withdrawn meanwhile: the server runs on.
  if (!row) return null
  const file = readOrThrow(row.content, row.filename)
  const base = row.base && { content: row.base, file: readOrThrow(row.base, row.filename) }
  const isWaiting = row.status === 'awaiting_round_1'
  const derived = isWaiting
    ? { players: [], notices: [] }
    : deriveRound({
        file,
        base: base && { file: base.file, seconds: row.counts_on?.base_seconds ?? null },
        round1: row.round1 && readOrThrow(row.round1, row.filename),
        durationSeconds: row.duration_seconds,
        isExplained: row.counts_on !== null,
      })
  const held = isWaiting ? null : await heldRound(trx, roundId)
  const warnings = checkRound({ content: row.content, file }, base, derived, held)
  return { roundId, filename: row.filename, rulesVersion: row.rules_version, warnings }
}

/** The name was compared with the header when the file came. */
function readOrThrow(content: Buffer, filename: string): RoundFile {
  const parsed = parseRoundFile(content)
  if (parsed.kind === 'round') return parsed.file
  throw new Error(
    `The stored bytes behind ${filename} are not valid for this version (${parsed.problem.detail}): run \`debrief rebuild\`.`,
  )
}
