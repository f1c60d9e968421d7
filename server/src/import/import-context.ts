/** For whom an import is made, and what separates two gaming sessions. */
export interface ImportContext {
  serverId: number
  sessionGapMinutes: number
}

export interface UploadContext extends ImportContext {
  /** When the whole file was in memory, by `performance.now()`: the receipt says what the import took. */
  startedAt: number
}
