import ssh2 from 'ssh2'
import { hostKeyFingerprint } from './ssh-session.ts'

const LIMIT_MS = 15_000

/**
 * The fingerprint of the key that a host shows, as `ssh-keygen -lf` prints it; the connection ends there, without any
 * login. It says who answers, not who should: a person compares it with the host's own.
 */
export function fetchHostKey(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    let found: string | null = null
    const end = (error?: Error) => {
      clearTimeout(timer)
      client.destroy()
      if (found) resolve(found)
      else reject(new Error(`${host}:${port} shows no host key (${error?.message ?? 'no answer'}).`))
    }
    const timer = setTimeout(() => end(new Error(`nothing within ${LIMIT_MS / 1000} seconds`)), LIMIT_MS)
    client.once('error', end)
    client.once('close', () => end())
    client.connect({
      host,
      port,
      username: 'nobody',
      readyTimeout: LIMIT_MS,
      hostVerifier: (key: Buffer) => {
        found = hostKeyFingerprint(key)
        return false
      },
    })
  })
}
