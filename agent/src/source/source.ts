import { isSameLook, type Look } from '../delivery/settle.ts'

export interface SourceEntry extends Look {
  name: string
}

export interface Listing {
  entries: SourceEntry[]
  /** Names that no stats file has, links, folders: not sent, only counted. */
  skipped: number
  /** Which files cannot be looked at, as a sentence; null: none. The others are delivered all the same. */
  problem: string | null
  /** Which folder this was (`device:inode`); null where that cannot be told. */
  identity: string | null
}

export type ReadResult =
  | { kind: 'content'; content: Buffer }
  /** It is not what the entry says any more, or changed while it was read. */
  | { kind: 'changed'; entry: SourceEntry }
  | { kind: 'gone' }

/** What a watch tells: hints, never the truth. */
export interface HintListener {
  /** A file of this name may be new or have changed. */
  onName: (name: string) => void
  /** Anything may have changed: look at everything. */
  onFolder: () => void
}

export type Recall = (name: string) => SourceEntry | undefined

/** Where files come from: a folder of this host, or of another one over SFTP. Only ever read. */
export interface FileSource {
  kind: 'agent' | 'ssh'
  /** For sentences: `/home/et/…/gamestats`, `et@host:/home/…`. */
  place: string
  /** How long a file must stand still here before it is read: SFTP tells times in whole seconds. */
  quietMs: number
  /**
   * `recall`: how a file of this name looked before; undefined for a name that was never judged. Its entry is handed
   * back for one that looks the same: of thousands that nothing was done to, nothing new is kept.
   */
  list(signal: AbortSignal, recall?: Recall): Promise<Listing>
  look(name: string, signal: AbortSignal): Promise<SourceEntry | null>
  read(entry: SourceEntry, signal: AbortSignal): Promise<ReadResult>
  watch?(listener: HintListener, signal: AbortSignal): void
  close(): Promise<void>
}

/** What is seen of a file now: the entry of before itself, if that is what is seen. */
export function seeAnew(before: SourceEntry | undefined, now: SourceEntry): SourceEntry {
  return before && isSameLook(before, now) ? before : now
}

/** The place itself cannot be read now; its message is a sentence for the admin. */
export class SourceUnavailable extends Error {
  override name = 'SourceUnavailable'
}
