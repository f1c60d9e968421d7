/** What this process remembers of the reports that it publishes. */
export interface ReportBook {
  /** Runs after what is under way for this report: a command and late data may ask at once. */
  inTurn(reportId: number, work: () => Promise<void>): Promise<void>
  /** Leaves a report alone for so long. */
  postpone(reportId: number, ms: number): void
  /** How long it is left alone still, in ms; 0: not at all. */
  postponedFor(reportId: number): number
}

export function createReportBook(): ReportBook {
  const underWay = new Map<number, Promise<void>>()
  const notBefore = new Map<number, number>()
  return {
    inTurn(reportId, work) {
      const before = underWay.get(reportId) ?? Promise.resolve()
      const now = before.catch(() => undefined).then(work)
      underWay.set(reportId, now)
      return now.finally(() => {
        if (underWay.get(reportId) === now) underWay.delete(reportId)
      })
    },
    postpone: (reportId, ms) => void notBefore.set(reportId, performance.now() + ms),
    postponedFor(reportId) {
      const left = (notBefore.get(reportId) ?? 0) - performance.now()
      if (left <= 0) notBefore.delete(reportId)
      return Math.max(0, left)
    },
  }
}
