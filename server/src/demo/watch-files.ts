import type { AgentEvent } from '@debrief/agent'
import type { Receipt } from '@debrief/shared'

/** What happened to one file, with its times in milliseconds since the game closed it. */
export interface FileStory {
  name: string
  receipt: Receipt
  settledMs: number
  deliveredMs: number
}

/** Follows files through the agent's events; `closed` tells when the game had written one, and waits for its receipt. */
export function watchFiles(): { onEvent(event: AgentEvent): void; closed(name: string): Promise<FileStory> } {
  const stories = new Map<
    string,
    {
      closedAt: number
      settledMs: number
      resolve: (story: FileStory) => void
      reject: (error: Error) => void
    }
  >()
  return {
    closed: name =>
      new Promise((resolve, reject) => {
        stories.set(name, { closedAt: performance.now(), settledMs: 0, resolve, reject })
      }),
    onEvent(event) {
      const story = stories.get(event.name)
      if (!story) return
      const sinceClosed = Math.round(performance.now() - story.closedAt)
      if (event.kind === 'settled') story.settledMs = sinceClosed
      if (event.kind === 'rejected') story.reject(new Error(`${event.name} was rejected: ${event.detail}`))
      if (event.kind === 'delivered') {
        const { receipt, name } = event
        story.resolve({ name, receipt, settledMs: story.settledMs, deliveredMs: sinceClosed })
      }
    },
  }
}
