import type { Look } from '../delivery/settle.ts'

export interface SourceEntry extends Look {
  name: string
}

export interface Listing {
  entries: SourceEntry[]
  /** Names that no stats file has, links, folders: not sent, only counted. */
  skipped: number
}

export type ReadResult =
  | { kind: 'content'; content: Buffer }
  /** It is not what the entry says any more, or changed while it was read. */
  | { kind: 'changed'; entry: SourceEntry }
  | { kind: 'gone' }

/** Where files come from: a folder of this host, or of another one over SFTP. Only ever read. */
export interface FileSource {
  kind: 'agent' | 'ssh'
  /** For sentences: `/home/et/…/gamestats`, `et@host:/home/…`. */
  place: string
  /** How long a file must stand still here before it is read: SFTP tells times in whole seconds. */
  quietMs: number
  list(signal: AbortSignal): Promise<Listing>
  look(name: string, signal: AbortSignal): Promise<SourceEntry | null>
  read(entry: SourceEntry, signal: AbortSignal): Promise<ReadResult>
  /** Calls back with a name that may have changed, or null for "look at everything". A hint, never the truth. */
  watch?(onHint: (name: string | null) => void, signal: AbortSignal): void
  close(): Promise<void>
}

/** The place itself cannot be read now; its message is a sentence for the admin. */
export class SourceUnavailable extends Error {
  override name = 'SourceUnavailable'
}
