/** Open while Discord takes our token: only then is anything sent. */
export interface Gate {
  open(botId: string): void
  close(): void
  /** The bot's own id as soon as the gate is open; null when `signal` aborts first. */
  whenOpen(signal: AbortSignal): Promise<string | null>
  /** Called when the gate closes. */
  onClose(listen: () => void): () => void
}

export function createGate(): Gate {
  let botId: string | null = null
  const waiting = new Set<(id: string | null) => void>()
  const closing = new Set<() => void>()
  return {
    open(id) {
      botId = id
      for (const resolve of waiting) resolve(id)
      waiting.clear()
    },
    close() {
      if (botId === null) return
      botId = null
      for (const listen of closing) listen()
    },
    async whenOpen(signal) {
      if (signal.aborted) return null
      if (botId !== null) return botId
      return new Promise(resolve => {
        const stop = () => {
          waiting.delete(done)
          resolve(null)
        }
        const done = (id: string | null) => {
          signal.removeEventListener('abort', stop)
          resolve(id)
        }
        waiting.add(done)
        signal.addEventListener('abort', stop, { once: true })
      })
    },
    onClose(listen) {
      closing.add(listen)
      return () => closing.delete(listen)
    },
  }
}
