export interface RunningPostgres {
  adopted: boolean
  /** Fulfilled when the server is gone, for whatever reason. */
  ended: Promise<void>
  /** The end of what the server wrote: says why it ended. */
  lastWords(): string
  /** Ends it, if this process started it, and waits for that. */
  stop(): Promise<void>
}
