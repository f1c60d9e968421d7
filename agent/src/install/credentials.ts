import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Settings that name a file which only root may read, as is right for a secret. */
const FILE_SETTINGS = ['INGEST_TOKEN_FILE', 'SSH_KEY', 'CA_CERT'] as const

export interface Credential {
  /** What systemd calls its copy: the setting and a digest of the path, so that an old copy never stands for a new path. */
  id: string
  /** Absolute. */
  path: string
}

type Env = Record<string, string | undefined>

/** The files that systemd hands to the service (LoadCredential=), read by root and shown to it alone. */
export function credentialsOf(env: Env): Credential[] {
  return FILE_SETTINGS.flatMap(name => {
    const value = env[name]
    return value ? [{ id: idOf(name, resolve(value)), path: resolve(value) }] : []
  })
}

/** With absolute paths: a service has no folder of its own to count from. */
export function withAbsolutePaths(env: Env): Env {
  const paths = [...FILE_SETTINGS, 'GAMESTATS_DIR'].flatMap(name => {
    const value = env[name]
    return value ? [[name, resolve(value)]] : []
  })
  return { ...env, ...Object.fromEntries(paths) }
}

/** In the service: each file setting leads to what systemd handed over for it; where it did not, to the file itself. */
export function withCredentials(env: Env): Env {
  const dir = env.CREDENTIALS_DIRECTORY
  if (!dir) return env
  const handed = FILE_SETTINGS.flatMap(name => {
    const value = env[name]
    const copy = value ? join(dir, idOf(name, resolve(value))) : ''
    return copy && existsSync(copy) ? [[name, copy]] : []
  })
  return { ...env, ...Object.fromEntries(handed) }
}

function idOf(name: string, path: string): string {
  return `${name}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`
}
