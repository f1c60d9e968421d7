import type { Waker } from '@debrief/shared'
import type { Clock } from '../clock.ts'
import { headline } from '../report/headline.ts'
import { type AgentStatus, writeStatus } from '../report/status-file.ts'
import type { Notifier } from '../sd-notify.ts'

interface StatusContext {
  status: () => AgentStatus
  stateDir: string
  clock: Clock
  /** Rung whenever something may have changed. */
  waker: Waker
  notifier: Notifier
  onFault: (error: unknown) => void
  /** What one line can say has changed. */
  onHeadline: () => void
}

/** Written when something changed, at most once a second; an idle agent writes nothing. */
export async function keepStatus(context: StatusContext, signal: AbortSignal): Promise<void> {
  const { status, stateDir, clock, waker, notifier, onFault, onHeadline } = context
  let before = ''
  let lastHeadline = ''
  while (!signal.aborted) {
    await waker.wait(3_600_000, signal)
    const now = status()
    const essence = JSON.stringify({ ...now, writtenAt: null, clockOffMs: null })
    if (essence !== before) {
      await writeStatus(stateDir, now).catch(onFault)
      const line = headline(now)
      if (line !== lastHeadline) {
        onHeadline()
        notifier.send(`STATUS=${line}`)
      }
      lastHeadline = line
    }
    before = essence
    await clock.sleep(1_000, signal)
  }
}
