import type { Credential } from '../credentials.ts'

export interface UnitSettings {
  /** The node program, and what it is to run; absolute. */
  nodePath: string
  programPath: string
  /** The folder to be read; null in pure SSH mode. */
  gamestatsDir: string | null
  /** Its path holds a link. */
  isLinked: boolean
  /** Files that root reads for the service: CA_CERT, SSH_KEY, INGEST_TOKEN_FILE. */
  credentials: readonly Credential[]
  envFile: string
  /** Of `HIDDEN_FOLDERS`, those that this host has: one cannot be hidden where it is not. */
  hiddenFolders: string[]
  /** How the folder may be read. */
  access: FolderAccess
}

export type FolderAccess =
  /** Everybody may, so a user that exists only while the service runs will do. */
  | { kind: 'anyone' }
  /** Its group may: the passing user joins that group. */
  | { kind: 'group'; group: string }
  /** Only this user may. */
  | { kind: 'user'; user: string }

/** Where people keep what is not the system's: shown empty, but for what the agent needs. */
export const HIDDEN_FOLDERS = ['/srv', '/opt', '/mnt', '/media']

export interface Line {
  text: string
  why: string
}
