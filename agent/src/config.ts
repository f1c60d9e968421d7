import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type * as z from 'zod/mini'
import { messageOf } from './message-of.ts'
import { baseSchema, sshSchema } from './settings-schemas.ts'

export interface AgentConfig {
  ingestUrl: URL
  token: string
  /** A file that holds the token; read again when the server refuses the one in use. */
  tokenFile: string | null
  caCert: string | null
  scanSeconds: number
  stateDir: string
  logLevel: string
  folder: { dir: string } | null
  ssh: SshConfig | null
}

export interface SshConfig {
  host: string
  port: number
  user: string
  keyFile: string
  hostKeySha256: string
  dir: string
  pollSeconds: number
}

/** What is wrong with the settings, all of it; the process ends with 2 before anything is touched. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`The settings are not usable:\n${problems.map(problem => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

type Env = Record<string, string | undefined>

/** `push` names its files itself, so it needs no folder. */
export function loadConfig(env: Env, { needsSource = true }: { needsSource?: boolean } = {}): AgentConfig {
  const problems: string[] = []
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )

  for (const [name, value] of Object.entries(set)) {
    // The line end behind a token is the shell's; it is trimmed.
    if (name !== 'INGEST_TOKEN' && SETTING_NAMES.includes(name) && CONTROL_CHARACTER.test(value ?? ''))
      problems.push(`${name}: holds a line feed or another control character.`)
  }

  const parsed = baseSchema.safeParse(set)
  if (!parsed.success) problems.push(...toProblems(parsed.error))
  const token = readToken(set, problems)
  if (set.CA_CERT)
    checkReadable('CA_CERT', set.CA_CERT, 'a PEM file with the certificate of your own CA', problems)

  const wantsSsh = SSH_NAMES.some(name => set[name] !== undefined)
  const ssh = wantsSsh ? sshSchema.safeParse(set) : null
  if (ssh && !ssh.success) problems.push(...toProblems(ssh.error))
  if (ssh?.success) checkReadable('SSH_KEY', ssh.data.SSH_KEY, 'the private key file for the login', problems)
  if (needsSource && !wantsSsh && !set.GAMESTATS_DIR) {
    problems.push(
      'GAMESTATS_DIR: missing. Expected the folder in which the game writes its stats files, such as ' +
        '/home/et/.etlegacy/legacy/gamestats (or SSH_HOST and its companions for a host without an agent).',
    )
  }
  if (problems.length > 0 || !parsed.success || (ssh && !ssh.success)) throw new ConfigError(problems)

  const base = parsed.data
  return {
    ingestUrl: base.INGEST_URL,
    token,
    tokenFile: base.INGEST_TOKEN_FILE ?? null,
    caCert: base.CA_CERT ?? null,
    scanSeconds: base.SCAN_SECONDS,
    stateDir: base.STATE_DIR ?? defaultStateDir(set),
    logLevel: base.LOG_LEVEL,
    folder: base.GAMESTATS_DIR ? { dir: resolve(base.GAMESTATS_DIR) } : null,
    ssh: ssh?.success ? toSshConfig(ssh.data) : null,
  }
}

/** systemd names the folder that it made; a person's own agent keeps it at home. */
export function defaultStateDir(env: Env): string {
  const bySystemd = env.STATE_DIRECTORY?.split(':')[0]
  if (bySystemd) return bySystemd
  const home =
    env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME)
      ? env.XDG_STATE_HOME
      : join(homedir(), '.local/state')
  return join(home, 'debrief-agent')
}

/** All that the agent reads from its environment, in the order of the service's file. */
export const SETTING_NAMES: readonly string[] = [
  ...['INGEST_URL', 'INGEST_TOKEN', 'INGEST_TOKEN_FILE', 'GAMESTATS_DIR', 'CA_CERT', 'SCAN_SECONDS'],
  ...['LOG_LEVEL', 'STATE_DIR', 'SSH_HOST', 'SSH_PORT', 'SSH_USER', 'SSH_KEY', 'SSH_HOST_KEY_SHA256'],
  ...['SSH_GAMESTATS_DIR', 'SSH_POLL_SECONDS'],
]

/** Each setting becomes a line of the service's files, where a line feed would begin a line of its own. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/

const SSH_NAMES = ['SSH_HOST', 'SSH_USER', 'SSH_KEY', 'SSH_HOST_KEY_SHA256', 'SSH_GAMESTATS_DIR']

function toSshConfig(env: z.infer<typeof sshSchema>): SshConfig {
  return {
    host: env.SSH_HOST,
    port: env.SSH_PORT,
    user: env.SSH_USER,
    keyFile: env.SSH_KEY,
    hostKeySha256: env.SSH_HOST_KEY_SHA256.replace(/=$/, ''),
    dir: env.SSH_GAMESTATS_DIR,
    pollSeconds: env.SSH_POLL_SECONDS,
  }
}

function readToken(env: Env, problems: string[]): string {
  if (env.INGEST_TOKEN_FILE) {
    try {
      const token = readFileSync(env.INGEST_TOKEN_FILE, 'utf8').trim()
      if (isToken(token)) return token
      problems.push(`INGEST_TOKEN_FILE: ${env.INGEST_TOKEN_FILE} does not hold a token alone on one line.`)
    } catch (error) {
      problems.push(`INGEST_TOKEN_FILE: ${env.INGEST_TOKEN_FILE} cannot be read (${messageOf(error)}).`)
    }
    return ''
  }
  const token = env.INGEST_TOKEN?.trim()
  if (!token) {
    problems.push(
      'INGEST_TOKEN: missing. Expected the token that `debrief token create <game-server-name>` printed.',
    )
  } else if (!isToken(token)) {
    problems.push(
      'INGEST_TOKEN: expected a token without spaces or other characters that a header cannot hold.',
    )
  }
  return token ?? ''
}

export function isToken(text: string): boolean {
  return /^[\x21-\x7e]{1,512}$/.test(text)
}

function checkReadable(name: string, path: string, what: string, problems: string[]): void {
  try {
    readFileSync(path)
  } catch (error) {
    problems.push(`${name}: ${path} cannot be read (${messageOf(error)}). Expected ${what}.`)
  }
}

function toProblems(error: z.core.$ZodError): string[] {
  return error.issues.map(issue => `${String(issue.path[0])}: ${issue.message}`)
}
