import { compareUrgency, type TrackedFile } from './tracked-file.ts'

export type FileQueue = ReturnType<typeof createFileQueue>

/** Files that wait for their time (`dueAt`), and then for their turn. `onPut`: there may be work sooner than thought. */
export function createFileQueue(onPut: () => void) {
  const delayed = new Set<TrackedFile>()
  /** The most urgent last; sorted only when something was added. */
  let due: TrackedFile[] = []
  let sorted = true

  /** `dueAt`: monotonic. A file that stands in the queue already keeps its place and takes the new time. */
  function put(file: TrackedFile, dueAt: number): void {
    file.dueAt = dueAt
    onPut()
    if (file.queued) return
    file.queued = true
    delayed.add(file)
  }

  /** The most urgent file whose time has come. */
  function take(now: number): TrackedFile | null {
    for (const file of delayed) {
      if (file.dueAt > now) continue
      delayed.delete(file)
      due.push(file)
      sorted = false
    }
    if (!sorted) due = due.sort(compareUrgency)
    sorted = true
    const file = due.pop() ?? null
    if (file) file.queued = false
    return file
  }

  /** Monotonic; 0 if one is due already, Infinity if nothing waits. */
  function nextDueAt(): number {
    if (due.length > 0) return 0
    let next = Number.POSITIVE_INFINITY
    for (const file of delayed) next = Math.min(next, file.dueAt)
    return next
  }

  return { put, take, nextDueAt }
}
