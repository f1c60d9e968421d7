import type { Server } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import type { Logger } from '../log/logger.ts'
import type { ServerState } from '../server-state.ts'
import { certificateEnd, readCertificate } from './read-certificate.ts'

interface Context {
  server: Server
  tls: Config['tls']
  state: Pick<ServerState, 'certificateEnd'>
  log: Logger
  /** For tests. */
  lookEveryMs?: number
}

/** Two small files. A renewal is at hand weeks before the old certificate ends. */
const LOOK_EVERY_MS = 30_000

/**
 * Takes a renewed certificate without a restart: open connections stay, new ones get the new one. The files are read
 * again rather than watched, because renewals swap links and whole folders (certbot, Kubernetes), which a watch of a
 * file does not see. A pair that cannot be used, as when only one of the two is written yet, is said once, and the old
 * one is kept. Ends with the signal; without TLS at once.
 */
export async function keepCertificate(
  { server, tls, state, log, lookEveryMs = LOOK_EVERY_MS }: Context,
  signal: AbortSignal,
): Promise<void> {
  if (tls === null || !(server instanceof HttpsServer)) return
  let used: { cert: string; key: string } = tls
  let told = ''
  state.certificateEnd = certificateEnd(tls.cert)
  while (!signal.aborted) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    try {
      const { cert, key, endsAt } = await readCertificate(tls)
      told = ''
      if (cert === used.cert && key === used.key) continue
      server.setSecureContext({ cert, key })
      used = { cert, key }
      state.certificateEnd = endsAt
      log.info(
        { endsAt },
        `The renewed certificate of ${tls.certFile} is in use, until ${endsAt.toISOString()}`,
      )
    } catch (err) {
      const reason = err instanceof Error ? err.message : String(err)
      if (reason !== told)
        log.warn(
          { err },
          `${tls.certFile} and ${tls.keyFile} cannot be used now, the certificate of before is: ${reason}`,
        )
      told = reason
    }
  }
}
