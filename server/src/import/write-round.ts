import type { Warning } from '@debrief/shared'
import { sql, type Transaction } from 'kysely'
import { checkRound } from '../check/check-round.ts'
import type { DB } from '../db/tables.ts'
import { type DerivedRound, deriveRound } from '../derive/derive-round.ts'
import type { Placement } from '../derive/placement.ts'
import type { RoundSources } from '../derive/round-sources.ts'
import type { RoundFile } from '../parse/round-file.ts'
import { assignSession, type Neighbours } from '../session/assign-session.ts'
import type { ImportContext } from './import-context.ts'
import { roundRow } from './round-row.ts'
import { stampNotices } from './stamp-notices.ts'
import type { StoredFile } from './stored-file.ts'
import { insertRound, replaceRound } from './write-rows.ts'

/**
 * Makes a round's rows say what its file and its neighbours say: the round, its players and weapons, the verdict and
 * the warnings of its file. Returns the round's number. `beside`: the rounds before and behind it, where the caller
 * knows that they still stand as they were loaded; null: they are looked up.
 */
export async function writeRound(
  trx: Transaction<DB>,
  { serverId, sessionGapMinutes }: ImportContext,
  { file, placement, files, beside }: RoundToWrite,
): Promise<number> {
  const isWaiting = placement.status === 'awaiting_round_1'
  const derived: DerivedRound = isWaiting
    ? { players: [], notices: [] }
    : deriveRound(roundSources(file.file, placement))
  const row = roundRow(serverId, file, placement, derived)
  const { roundId, held } = file.round
    ? await replaceRound(trx, file.round.roundId, row, derived.players)
    : await insertRound(
        trx,
        {
          ...row,
          gaming_session_id: await assignSession(trx, serverId, file.endedAt, sessionGapMinutes, beside),
        },
        derived.players,
      )
  const base = files.find(other => other.fileId === placement.base?.fileId) ?? null
  await finishFile(trx, file, [
    ...file.file.notices,
    ...stampNotices(file),
    ...derived.notices,
    ...checkRound(file, base, derived, isWaiting ? null : held),
  ])
  return roundId
}

export interface RoundToWrite {
  file: StoredFile
  placement: Placement
  /** Those that the placement rests on. */
  files: readonly StoredFile[]
  beside: Neighbours | null
}

export function roundSources(
  file: RoundFile,
  { base, round1, durationSeconds, countsOn }: Placement,
): RoundSources {
  return {
    file,
    base: base && { file: base.file, seconds: countsOn?.base_seconds ?? null },
    round1: round1?.file ?? null,
    durationSeconds,
    isExplained: countsOn !== null,
  }
}

/** The verdict. A file that has just come without a warning stands there as it must already. */
async function finishFile(
  trx: Transaction<DB>,
  file: StoredFile,
  warnings: readonly Warning[],
): Promise<void> {
  const isFresh = file.status === 'imported' && file.round === null
  if (isFresh && warnings.length === 0) return
  await trx
    .updateTable('processed_files')
    .set({
      status: 'imported',
      error_code: null,
      error_message: null,
      warnings: JSON.stringify(warnings),
      processed_at: sql`now()`,
    })
    .where('file_id', '=', file.fileId)
    .execute()
}
