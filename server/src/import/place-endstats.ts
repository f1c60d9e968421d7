import { NOTICE_CODES, type Warning } from '@debrief/shared'
import type { Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'
import { chooseEndstats, ENDSTATS_REACH_MS } from '../derive/choose-endstats.ts'
import type { OutboxEvent } from '../outbox/enqueue.ts'
import { loadEndstats, type NearRound, type StoredEndstats } from './load-endstats.ts'
import {
  changeOfEndstats,
  type EndstatsVerdict,
  type EndstatsWrites,
  NO_ENDSTATS_WRITES,
  writeEndstats,
} from './write-endstats.ts'

export interface PlacedEndstats {
  /** To be made true in this transaction, by `settleEndstats` or with the receipt. */
  writes: EndstatsWrites
  events: OutboxEvent[]
}

/** Makes it true at once. Returns what to tell the world. */
export async function settleEndstats(
  trx: Transaction<DB>,
  { writes, events }: PlacedEndstats,
): Promise<OutboxEvent[]> {
  await writeEndstats(trx, writes)
  return events
}

/**
 * Finds for each file of awards near these times its round, as the rounds stand now, and what the tables are to say of
 * it; a round that went, moved or changed loses its awards or has them made anew.
 */
export async function placeEndstats(
  trx: Transaction<DB>,
  serverId: number,
  at: readonly Date[],
): Promise<PlacedEndstats> {
  if (at.length === 0) return NOTHING
  // What changed here reaches the files beside it, through them other rounds, and what these had or now have.
  const { files, rounds } = await loadEndstats(trx, serverId, at, 3 * ENDSTATS_REACH_MS)
  if (files.length === 0) return NOTHING
  const chosen = chooseEndstats(files, rounds)
  const isWithin = (time: Date, reachMs: number) =>
    at.some(each => Math.abs(each.getTime() - time.getTime()) <= reachMs)
  const reached = rounds.filter(({ endedAt }) => isWithin(endedAt, 2 * ENDSTATS_REACH_MS))

  const changes = reached.flatMap(round => {
    const file = files.find(each => isOf(chosen.get(each), round)) ?? null
    return changeOfEndstats(round, file) ?? []
  })
  const verdicts = [...chosen].flatMap(([file, { round, of }]) => {
    const isNear = isWithin(file.writtenAt, ENDSTATS_REACH_MS) || isWithin(file.laterAt, ENDSTATS_REACH_MS)
    const isMeant = round === null ? isNear : reached.includes(round)
    return (isMeant && verdictOf(file, round, of)) || []
  })
  const events = changes.map(
    ({ round: { roundId } }): OutboxEvent => ({
      kind: 'round_changed',
      subject: `round ${roundId}`,
      payload: { roundId },
    }),
  )
  return { writes: { changes, verdicts }, events }
}

const NOTHING: PlacedEndstats = { writes: NO_ENDSTATS_WRITES, events: [] }

function isOf(place: { round: NearRound | null; of: StoredEndstats | null } | undefined, round: NearRound) {
  return place?.round === round && place.of === null
}

/** What became of the file itself; null: that is said already. */
function verdictOf(
  file: StoredEndstats,
  round: NearRound | null,
  of: StoredEndstats | null,
): EndstatsVerdict | null {
  const roundId = of === null ? (round?.roundId ?? null) : null
  const warnings: Warning[] = round === null ? [WAITS] : []
  const errorCode = of === null ? null : of.filename === file.filename ? 'superseded' : 'copy_of_round'
  const isSaid =
    file.roundId === roundId && file.errorCode === errorCode && file.warnings.length === warnings.length
  if (isSaid) return null
  const status = of === null ? 'imported' : 'ignored'
  return { file, roundId, status, errorCode, errorMessage: of && messageOf(file, of), warnings }
}

const WAITS: Warning = {
  code: 'awaits_round',
  expected: null,
  actual: null,
  message: NOTICE_CODES.awaits_round,
}

function messageOf(file: StoredEndstats, of: StoredEndstats): string {
  return of.filename === file.filename
    ? `A fuller version of this file is here: ${of.lines} lines, sha256 ${of.sha256}.`
    : `The awards of the same round stand in ${of.filename}.`
}
