import type { Logger } from 'pino'
import { messageOf } from '../message-of.ts'

/** For notes that cannot be written: said once, as nothing depends on them. */
export function complainOnce(log: Logger): (error: unknown) => void {
  let complained = false
  return error => {
    if (complained) return
    complained = true
    log.warn(
      { problem: messageOf(error) },
      'STATE_DIR cannot be written; `status` and `explain` know less, everything else goes on',
    )
  }
}
