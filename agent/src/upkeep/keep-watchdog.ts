import type { Clock } from '../clock.ts'
import type { Notifier } from '../sd-notify.ts'

/** Three scans and five minutes: no list and no upload may take so long. */
const STUCK_SCANS = 3
const STUCK_MS = 300_000

interface WatchdogContext {
  notifier: Notifier
  clock: Clock
  scanSeconds: number
  /** Monotonic: of each source, when something last came to an end. */
  lastProgress: () => number[]
}

/** Tells systemd that the agent runs, for as long as every source makes progress. */
export async function keepWatchdog(context: WatchdogContext, signal: AbortSignal): Promise<void> {
  const { notifier, clock, scanSeconds, lastProgress } = context
  notifier.send('READY=1', 'STATUS=Looking at what is there.')
  if (!notifier.watchdogMs) return
  const stuckMs = scanSeconds * 1000 * STUCK_SCANS + STUCK_MS
  while (!signal.aborted) {
    await clock.sleep(notifier.watchdogMs / 2, signal)
    const isAlive = lastProgress().every(at => clock.now() - at < stuckMs)
    if (isAlive && !signal.aborted) notifier.send('WATCHDOG=1')
  }
}
