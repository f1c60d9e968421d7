import type { FileProblem, Source, Stamp, Warning } from '@debrief/shared'
import type { GameServer } from '../game-servers/game-server.ts'
import type { EndstatsFile } from '../parse/endstats-file.ts'
import type { RoundFile } from '../parse/round-file.ts'

/** A file as it arrived. */
export interface Delivery {
  server: GameServer
  /** As sent: data, never a path. */
  name: string
  content: Buffer
  /** The file's modification time, if the sender told it. */
  modifiedAt: Date | null
  source: Source
}

/** What the parser made of a delivery, before anything is stored. */
export type ReceivedFile = {
  /** The file's identity, with the server: without a browser's ` (1)`, and storable. */
  filename: string
  sha256: string
  content: Buffer
  modifiedAt: Date | null
  source: Source
  /** Told to this sender only: they speak of this delivery, not of the file. */
  deliveryNotices: Warning[]
} & (
  | { kind: 'round'; stamp: Stamp; file: RoundFile }
  | { kind: 'endstats'; stamp: Stamp; map: string; roundNumber: 1 | 2; file: EndstatsFile }
  | { kind: 'unsupported'; problem: FileProblem }
  | { kind: 'rejected'; problem: FileProblem }
)

/** Awards and duels, which belong to the round of that time. */
export type ReceivedEndstats = Extract<ReceivedFile, { kind: 'endstats' }>
