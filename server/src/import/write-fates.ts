import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { OutboxEvent } from '../outbox/enqueue.ts'
import type { Neighbours } from '../session/assign-session.ts'
import { regroupSessions, type Stretch } from '../session/regroup-sessions.ts'
import { removeRound } from '../session/remove-round.ts'
import type { Fate } from './file-fates.ts'
import type { ImportContext } from './import-context.ts'
import type { StoredFile } from './stored-file.ts'
import { writeRound } from './write-round.ts'

/**
 * Makes the tables say what became of these files: the round that has come, a round 2 that waited for it, the round that
 * turned out to be a copy. Returns what to tell the world. `files`: those that the fates rest on.
 */
export async function writeFates(
  trx: Transaction<DB>,
  context: ImportContext,
  fates: readonly Fate[],
  files: readonly StoredFile[],
): Promise<OutboxEvent[]> {
  // What makes no round goes first: its row must be gone before the round of the same name is written.
  const events: OutboxEvent[] = []
  for (const fate of fates) {
    if (fate.kind === 'round') continue
    const removed = await withdraw(trx, fate)
    if (removed !== null) {
      events.push({ kind: 'round_removed', subject: `round ${removed}`, payload: { roundId: removed } })
    }
  }
  for (const fate of fates) {
    if (fate.kind !== 'round') continue
    // Written before it in this transaction, another round may stand beside it by now, or its session be another.
    const beside = fates.length === 1 ? roundsBeside(fate.file, files) : null
    const roundId = await writeRound(trx, context, { ...fate, files, beside })
    const kind = fate.file.round ? 'round_changed' : 'round_imported'
    events.push({ kind, subject: `round ${roundId}`, payload: { roundId } })
  }
  const loosened = loosenedStretch(fates)
  if (loosened) await regroupSessions(trx, context.serverId, context.sessionGapMinutes, loosened)
  return events
}

/** As they were loaded: of any file, more rounds on either side of its place. */
function roundsBeside({ endedAt }: StoredFile, files: readonly StoredFile[]): Neighbours {
  const rounds = files
    .flatMap(({ round }) => round ?? [])
    .sort((a, b) => a.endedAt.getTime() - b.endedAt.getTime())
  return {
    before: rounds.findLast(round => round.endedAt <= endedAt) ?? null,
    after: rounds.find(round => round.endedAt > endedAt) ?? null,
  }
}

/** Where rounds went away or moved in time, each of which may have held a session together. Null: nowhere. */
function loosenedStretch(fates: readonly Fate[]): Stretch | null {
  const times = fates.flatMap(({ kind, file: { round, endedAt } }) => {
    if (round === null || kind === 'superseded') return []
    const times = [round.endedAt.getTime(), endedAt.getTime()]
    return kind === 'copy' || times[0] !== times[1] ? times : []
  })
  return times.length === 0 ? null : { from: new Date(Math.min(...times)), to: new Date(Math.max(...times)) }
}

/** Marks a file as making no round, and takes away the round that it made. Returns the number of that round. */
async function withdraw(
  trx: Transaction<DB>,
  fate: Exclude<Fate, { kind: 'round' }>,
): Promise<number | null> {
  const { file } = fate
  const message =
    fate.kind === 'copy'
      ? `The same player lines stand in ${fate.of.filename}.`
      : `A fuller version of this file is here: ${fate.by.playerLines} player lines, sha256 ${fate.by.sha256}.`
  await trx
    .updateTable('processed_files')
    .set({
      status: 'ignored',
      error_code: fate.kind === 'copy' ? 'copy_of_round' : 'superseded',
      error_message: message,
      warnings: '[]',
      processed_at: sql`now()`,
    })
    .where('file_id', '=', file.fileId)
    .execute()
  // The round of a superseded content is taken over by the current one, under the same number.
  if (fate.kind === 'superseded' || !file.round) return null
  await removeRound(trx, file.round.roundId)
  return file.round.roundId
}
