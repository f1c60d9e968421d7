import * as z from 'zod/mini'

/** zod says what it was given; these sentences say what is expected, and are what the admin reads. */
const missing = (expected: string) => z.string({ error: `missing. Expected ${expected}.` })

const SECONDS = { error: 'expected a number of seconds from 1 to 86400.' }
const seconds = (fallback: number) =>
  z.pipe(
    z._default(
      z.string().check(
        z.regex(/^\d+(\.\d+)?$/, { ...SECONDS, abort: true }),
        z.refine(text => Number(text) >= 1 && Number(text) <= 86_400, SECONDS),
      ),
      String(fallback),
    ),
    z.transform(Number),
  )

export const baseSchema = z.object({
  INGEST_URL: z.pipe(
    missing('the address of the stats server, such as https://stats.example.org'),
    z.transform((text: string, context): URL => {
      const url = toServerUrl(text)
      if (typeof url !== 'string') return url
      context.issues.push({ code: 'custom', message: url, input: text })
      return z.NEVER
    }),
  ),
  INGEST_TOKEN_FILE: z.optional(z.string()),
  GAMESTATS_DIR: z.optional(z.string()),
  CA_CERT: z.optional(z.string()),
  SCAN_SECONDS: seconds(60),
  STATE_DIR: z.optional(z.string()),
  LOG_LEVEL: z._default(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'expected fatal, error, warn, info, debug, trace or silent.',
    }),
    'info',
  ),
})

const PORT = { error: 'expected a port from 1 to 65535.' }

export const sshSchema = z.object({
  SSH_HOST: missing('the name or address of the game host'),
  SSH_PORT: z.pipe(
    z._default(
      z.string().check(
        z.regex(/^\d+$/, { ...PORT, abort: true }),
        z.refine(text => Number(text) >= 1 && Number(text) <= 65_535, PORT),
      ),
      '22',
    ),
    z.transform(Number),
  ),
  SSH_USER: missing('the user to log in as'),
  SSH_KEY: missing('the private key file for the login'),
  SSH_HOST_KEY_SHA256: missing(
    'the fingerprint of the game host’s key, as `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints it there (SHA256:…)',
  ).check(
    z.regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, {
      error:
        'expected a fingerprint such as SHA256:uNiVztksCsDhcc0u9e8BrqrH/sl…, 43 characters after the colon.',
    }),
  ),
  SSH_GAMESTATS_DIR: missing('the gamestats folder on the game host'),
  SSH_POLL_SECONDS: seconds(60),
})

/** The URL, or a sentence that says what is wrong. A token over plain HTTP is a token for everyone on the way. */
function toServerUrl(text: string): URL | string {
  if (!URL.canParse(text))
    return `"${text}" is not an address. Expected something like https://stats.example.org.`
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'expected an address that begins with https://.'
  if (url.username || url.password)
    return 'expected an address without a user name or password: the token does that.'
  if (url.search || url.hash) return 'expected only the address of the server, without ? or #.'
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return `plain http is allowed to this very machine only, as the token would be readable on the way. Expected https://${url.host}.`
  }
  return url
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
