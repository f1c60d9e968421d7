import { readFileSync } from 'node:fs'
import { parseEnvFile } from '../env-file.ts'
import { ENV_FILE } from '../install/paths.ts'

export interface Settings {
  env: Record<string, string | undefined>
  /** The file that some of them came from. */
  envFile: string | null
}

/**
 * The environment, before a file of settings: the one that is named, or the installed agent's where this user may
 * read it. So `sudo debrief-agent status` speaks of the service that runs.
 */
export function readSettings({ envFile }: { envFile?: string }): Settings {
  if (envFile) return { env: { ...parseEnvFile(readFileSync(envFile, 'utf8')), ...process.env }, envFile }
  if (process.env.INGEST_URL) return { env: process.env, envFile: null }
  try {
    return { env: { ...parseEnvFile(readFileSync(ENV_FILE, 'utf8')), ...process.env }, envFile: ENV_FILE }
  } catch {
    return { env: process.env, envFile: null }
  }
}
