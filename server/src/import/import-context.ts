/** For whom an import is made, and what separates two gaming sessions. */
export interface ImportContext {
  serverId: number
  sessionGapMinutes: number
}

/** Whose token brought a file, and from which address: what an operator asks when a wrong file is here. */
export interface Sender {
  tokenId: number
  address: string
}

export interface UploadContext extends ImportContext {
  /** IANA name: the zone of the stamps in the file names. */
  timezone: string
  /** When the whole file was in memory, by `performance.now()`: the receipt says what the import took. */
  startedAt: number
  sender: Sender | null
}
