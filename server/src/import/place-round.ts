import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import type { OutboxEvent } from '../outbox/enqueue.ts'
import { regroupSessions } from '../session/regroup-sessions.ts'
import { removeRound } from '../session/remove-round.ts'
import type { ImportContext } from './import-context.ts'
import { loadMapFiles } from './load-map-files.ts'
import { isStored, type Place, placeFiles } from './place-files.ts'
import { writeRound } from './write-round.ts'

/**
 * Derives anew what the files of one map can have changed at and after `from`, and writes what differs: the round that
 * has come, a round 2 that waited for it, the round that turned out to be a copy. `rewrite` writes even what is equal.
 * Returns what to tell the world.
 */
export async function placeRound(
  trx: Transaction<DB>,
  context: ImportContext,
  map: string,
  from: Date,
  rewrite: (fileId: number) => boolean,
): Promise<OutboxEvent[]> {
  const files = await loadMapFiles(trx, context.serverId, map, from)
  const due = placeFiles(files, map, from).filter(place => rewrite(place.file.fileId) || !isStored(place))

  // What makes no round goes first: its row must be gone before the round of the same name is written.
  const events: OutboxEvent[] = []
  for (const place of due) {
    if (place.kind === 'round') continue
    const removed = await withdraw(trx, place)
    if (removed !== null) {
      events.push({ kind: 'round_removed', subject: `round ${removed}`, payload: { roundId: removed } })
    }
  }
  for (const place of due) {
    if (place.kind !== 'round') continue
    const roundId = await writeRound(trx, context, place.file, place.placement, files)
    const kind = place.file.round ? 'round_changed' : 'round_imported'
    events.push({ kind, subject: `round ${roundId}`, payload: { roundId } })
  }
  if (due.some(loosensSession)) await regroupSessions(trx, context.serverId, context.sessionGapMinutes)
  return events
}

/** A round that went away or moved in time may have held a session together. */
function loosensSession({ kind, file: { round, endedAt } }: Place): boolean {
  if (round === null || kind === 'superseded') return false
  return kind === 'copy' || round.endedAt.getTime() !== endedAt.getTime()
}

/** Marks a file as making no round, and takes away the round that it made. Returns the number of that round. */
async function withdraw(
  trx: Transaction<DB>,
  place: Exclude<Place, { kind: 'round' }>,
): Promise<number | null> {
  const { file } = place
  const message =
    place.kind === 'copy'
      ? `The same player lines stand in ${place.of.filename}.`
      : `A fuller version of this file is here: ${place.by.playerLines} player lines, sha256 ${place.by.sha256}.`
  await trx
    .updateTable('processed_files')
    .set({
      status: 'ignored',
      error_code: place.kind === 'copy' ? 'copy_of_round' : 'superseded',
      error_message: message,
      warnings: '[]',
      processed_at: sql`now()`,
    })
    .where('file_id', '=', file.fileId)
    .execute()
  // The round of a superseded content is taken over by the current one, under the same number.
  if (place.kind === 'superseded' || !file.round) return null
  await removeRound(trx, file.round.roundId)
  return file.round.roundId
}
