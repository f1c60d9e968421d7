import { createHash } from 'node:crypto'

/**
 * What a message of ours tells of. The one place that knows how subjects are written.
 * - `name`: the ledger's key, one message for ever. Made of the database's numbers.
 * - `origin`: the same thing by what outlives the database: a file's digest, the hour, the question. A database that
 *   lost its last seconds numbers anew, and still makes the same nonce.
 * - `mark`: what the message itself shows of its origin, so that it can be recognised in the channel.
 */
export interface Subject {
  name: string
  origin: string
  mark?: string
}

/** Of the file that makes a round. The same bytes may come from two game servers. */
export interface RoundOrigin {
  server: string
  sha256: string
}

export function roundSubject(roundId: number, { server, sha256 }: RoundOrigin): Subject {
  return { name: roundName(roundId), origin: `round ${server} ${sha256}`, mark: sha256.slice(0, 8) }
}

export function roundName(roundId: number): string {
  return `round ${roundId}`
}

export type ReportPart = `cards ${number}` | 'pictures'

/** `askedFor`: the question, or the gathering, that the report answers. */
export function reportSubject(reportId: number, part: ReportPart, askedFor: string): Subject {
  return { name: reportName(reportId, part), origin: `report ${askedFor} ${part}` }
}

export function reportName(reportId: number, part: ReportPart): string {
  return `report ${reportId} ${part}`
}

/** Files that were rejected, or agents that fell silent, from this time on. */
export function alertSubject(about: 'files' | 'agents', from: Date): Subject {
  const name = `alert ${about} ${from.toISOString()}`
  return { name, origin: name }
}

export function roundAlertSubject(roundId: number, { server, sha256 }: RoundOrigin): Subject {
  return { name: `alert round ${roundId}`, origin: `alert round ${server} ${sha256}` }
}

/** Discord's limit, and 150 bits. */
const NONCE_LENGTH = 25

/** For some minutes Discord answers a second message of a nonce in a channel with the first. */
export function nonceOf({ origin }: Pick<Subject, 'origin'>, channelId: string): string {
  return createHash('sha256').update(`${channelId} ${origin}`).digest('base64url').slice(0, NONCE_LENGTH)
}
