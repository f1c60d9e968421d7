/** What changes while the server runs. */
export interface ServerState {
  /** False until the tables are known to be those of this version. */
  databasePrepared: boolean
  /** The database is a standby: it is read, nothing is stored, no bot runs. */
  readOnly?: boolean
  /** Why the database cannot be used, in a sentence without addresses; null: it can. */
  databaseTrouble?: string | null
  shuttingDown: boolean
  /** Told to stop, and still answering, until a balancer has turned away. */
  draining?: boolean
  /** For people and for `/readyz`: `off`, `connecting`, `online`, or what is wrong. It makes nothing unready. */
  discord: string
  /** Uploads that this process imported since its start; absent: none. */
  imports?: number
  /** Files that older rules read and that are read again just now; null: none are. */
  renewal?: { done: number; total: number } | null
  /** When the certificate that is in use ends; absent: no TLS here. */
  certificateEnd?: Date
  /** How posting gets on. */
  telling: Telling
}

/** Of the process that runs the bot; all others post nothing. */
export interface Telling {
  /** When it last began something; null: nothing can be posted now (`discord` says why), or not by this process. */
  beatAt: Date | null
  /** Why posts wait, in a sentence; null: they do not. */
  trouble: string | null
  /** Faults of our own that posts and commands met since the start. */
  bugs: number
}

export function newTelling(): Telling {
  return { beatAt: null, trouble: null, bugs: 0 }
}
