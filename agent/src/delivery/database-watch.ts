export type DatabaseWatch = ReturnType<typeof createDatabaseWatch>

interface Change {
  before: string
  now: string
}

/**
 * Notices that another database answers than before: one that was put back from a backup, or that took over from one
 * that died, and may lack what that one had confirmed. A server that does not name its database is never noticed.
 */
export function createDatabaseWatch() {
  const listeners: ((change: Change) => void)[] = []
  let current: string | null = null
  return {
    /** `database`: as an answer named it. */
    hear(database: string): void {
      const before = current
      current = database
      if (before === null || before === database) return
      for (const listener of listeners) listener({ before, now: database })
    },
    onChange: (listener: (change: Change) => void) => void listeners.push(listener),
  }
}
