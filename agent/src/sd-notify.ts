import { execFile } from 'node:child_process'
import type { Logger } from 'pino'

export interface Notifier {
  /** systemd listens. */
  active: boolean
  /** How often it wants to hear of us; null without a watchdog. */
  watchdogMs: number | null
  /** Lines such as READY=1, STATUS=…. Never fails: a message that is lost is not worth a crash. */
  send(...lines: string[]): void
}

/**
 * Messages to systemd (Type=notify). Node has no datagram sockets of the Unix kind, so systemd's own little program
 * carries them: 5 ms of a core each, once a minute. The unit says NotifyAccess=all, as it is another process.
 */
export function createNotifier(env: Record<string, string | undefined>, log: Logger): Notifier {
  const active = Boolean(env.NOTIFY_SOCKET)
  const watchdogUsec = Number(env.WATCHDOG_USEC ?? 0)
  let complained = false
  return {
    active,
    watchdogMs: active && watchdogUsec > 0 ? watchdogUsec / 1000 : null,
    send(...lines) {
      if (!active) return
      execFile('systemd-notify', lines, { timeout: 10_000 }, error => {
        if (!error || complained) return
        complained = true
        log.error({ problem: error.message }, 'systemd could not be told; is systemd-notify installed?')
      })
    },
  }
}
