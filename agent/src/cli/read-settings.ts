import { existsSync, readFileSync } from 'node:fs'
import { defaultStateDir } from '../config.ts'
import { parseEnvFile } from '../env-file.ts'
import { withCredentials } from '../install/credentials.ts'
import { ENV_FILE, STATE_DIR, UNIT_FILE } from '../install/paths.ts'

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
  if (process.env.INGEST_URL) return { env: withCredentials(process.env), envFile: null }
  const installed = readInstalled(ENV_FILE)
  return installed
    ? { env: { ...installed, ...process.env }, envFile: ENV_FILE }
    : { env: process.env, envFile: null }
}

/** The settings of an installed agent; null where there is none, or where only root may read them. */
export function readInstalled(envFile: string): Record<string, string> | null {
  try {
    return parseEnvFile(readFileSync(envFile, 'utf8'))
  } catch {
    return null
  }
}

/**
 * Where the agent that is asked about keeps its notes: where the settings say; else, where a service is installed,
 * there, whatever this shell has exported; else at this person's home.
 */
export function stateDirOf({ env }: Settings, unitFile = UNIT_FILE): string {
  if (env.STATE_DIR) return env.STATE_DIR
  return existsSync(unitFile) ? STATE_DIR : defaultStateDir(env)
}

/** Whether this command speaks of the installed service, as root, so that it can look with the service's eyes. */
export function isAboutService(settings: Settings): boolean {
  return existsSync(UNIT_FILE) && stateDirOf(settings) === STATE_DIR
}

/** An agent is installed, and this user may not read its settings. */
export function isClosedToUs(): boolean {
  return existsSync(UNIT_FILE) && readInstalled(ENV_FILE) === null
}
