/** For whom an import is made, and what separates two gaming sessions. */
export interface ImportContext {
  serverId: number
  sessionGapMinutes: number
}
