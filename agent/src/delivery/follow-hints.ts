import type { Logger } from 'pino'
import { messageOf } from '../message-of.ts'
import type { FileSource } from '../source/source.ts'
import type { FileBook } from './file-book.ts'

interface HintContext {
  source: FileSource
  book: FileBook
  log: Logger
  onChange: () => void
}

/** One look at each name that is hinted at. Never fails: the full scan looks at everything anyway. */
export function followHints(context: HintContext, signal: AbortSignal): (name: string) => void {
  const { source, book, log, onChange } = context
  /** Names that are being looked at, and whether another hint came meanwhile. */
  const looking = new Map<string, boolean>()

  async function follow(name: string): Promise<void> {
    do {
      looking.set(name, false)
      try {
        const entry = await source.look(name, signal)
        if (entry) book.takeEntry(entry, false)
        onChange()
      } catch (error) {
        log.debug({ name, problem: messageOf(error) }, 'a hint could not be followed')
      }
    } while (looking.get(name) && !signal.aborted)
    looking.delete(name)
  }

  return name => {
    if (looking.has(name)) looking.set(name, true)
    else void follow(name)
  }
}
