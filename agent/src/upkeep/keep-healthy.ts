import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Gate } from '../delivery/gate.ts'
import type { TokenHolder } from '../token.ts'

const LOOK_MS = 5_000
/** Under systemd the settings and the view of the folder are those of the start: after this long, start anew. */
const RESTART_AFTER_MS = 60_000
/** Between two evenings, and only where the folder's path holds a link: a restart takes a second. */
const LINK_MS = 1_800_000

/** `restart`: only a fresh start can help; systemd makes one, with the settings and the folders of that moment. */
export type RunResult = { kind: 'stopped' } | { kind: 'restart'; reason: string }

interface HealthContext {
  gate: Gate
  token: TokenHolder
  clock: Clock
  log: Logger
  /** Of any source: its folder is gone, or is another one than it was. */
  isPlaceGone: () => boolean
  /** Somebody starts us anew. */
  isSupervised: boolean
  /** The folder's path holds a link; where it leads, a supervised agent sees at its start alone. */
  isLinked: boolean
  /** Since when (monotonic) no file has come. */
  quietSince: () => number
}

/** What can only be mended from outside: a refused token, a folder that is gone. Resolves if a new start is needed. */
export async function keepHealthy(context: HealthContext, signal: AbortSignal): Promise<RunResult> {
  const { gate, token, clock, log } = context
  let refusedFor = 0
  let goneFor = 0
  let loud = false
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal)
    if (signal.aborted) break
    refusedFor = gate.isRefused() ? refusedFor + LOOK_MS : 0
    goneFor = context.isPlaceGone() ? goneFor + LOOK_MS : 0
    if (gate.isRefused() && !loud) {
      log.error(
        { reason: gate.reason() },
        'THE SERVER REFUSES THE TOKEN. Nothing is uploaded and nothing is lost. Put a valid token into the settings; it is found by itself',
      )
    }
    loud = gate.isRefused()
    if (gate.isRefused() && (await token.refresh())) {
      log.info('a new token was found; trying it')
      gate.reopen()
    }
    if (!context.isSupervised) continue
    if (refusedFor >= RESTART_AFTER_MS)
      return { kind: 'restart', reason: 'the token is refused; starting anew to read the settings again' }
    if (goneFor >= RESTART_AFTER_MS)
      return { kind: 'restart', reason: 'the folder is gone; starting anew to look for it again' }
    if (context.isLinked && clock.now() - context.quietSince() >= LINK_MS)
      return {
        kind: 'restart',
        reason: 'no file for half an hour; starting anew to see where the link leads',
      }
  }
  return { kind: 'stopped' }
}
