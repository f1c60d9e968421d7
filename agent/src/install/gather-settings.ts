import { isAbsolute } from 'node:path'
import { ConfigError, loadConfig } from '../config.ts'
import { findGamestats } from './find-gamestats.ts'
import type { Prompt } from './prompt.ts'

type Env = Record<string, string | undefined>

export interface GatherContext {
  /** Null: nobody can be asked. */
  prompt: Prompt | null
  readToken: () => Promise<string>
  fetchHostKey: (host: string, port: number) => Promise<string>
  findFolders?: () => Promise<string[]>
  say: (line: string) => void
}

/**
 * The settings of an installation: what is given, and what is missing asked for at the terminal. Where nobody can be
 * asked, the one folder that looks like the game's is taken, and the token is read from standard input; the fingerprint
 * of an SSH host is never taken unseen. Throws ConfigError with all that is missing or wrong.
 */
export async function gatherSettings(given: Env, context: GatherContext): Promise<Env> {
  const env = { ...given }
  const { prompt } = context
  if (!env.INGEST_URL && prompt)
    env.INGEST_URL = await prompt.ask('Address of the stats server (https://…): ')
  if (!env.SSH_HOST && !env.GAMESTATS_DIR) {
    const folder = await chooseFolder(context)
    if (folder) env.GAMESTATS_DIR = folder
  }
  if (env.SSH_HOST && !env.SSH_HOST_KEY_SHA256) env.SSH_HOST_KEY_SHA256 = await confirmHostKey(env, context)
  if (!env.INGEST_TOKEN && !env.INGEST_TOKEN_FILE) {
    // Before anybody types or pipes a secret, everything else is right.
    loadConfig({ ...env, INGEST_TOKEN: 'asked-for-below' })
    env.INGEST_TOKEN = prompt
      ? await prompt.askHidden('Token (from `debrief token create` on the server; it is not shown): ')
      : await readPiped(context)
  }
  loadConfig(env)
  return env
}

async function readPiped({ readToken, say }: GatherContext): Promise<string> {
  say('Reading the token from standard input.')
  return readToken()
}

async function chooseFolder({
  prompt,
  say,
  findFolders = findGamestats,
}: GatherContext): Promise<string | null> {
  const [guess, ...others] = await findFolders()
  if (!prompt) {
    if (!guess || others.length > 0) return null
    say(`GAMESTATS_DIR is not set; the one folder that looks like the game's is ${guess}.`)
    return guess
  }
  if (others.length > 0) say(`Folders that look like a game's: ${[guess, ...others].join(', ')}`)
  const hint = guess ? ` [${guess}]` : ', such as /home/et/.etlegacy/legacy/gamestats'
  const answer = await prompt.ask(`Folder into which the game writes its stats files${hint}: `)
  if (answer && !isAbsolute(answer))
    say('A path from the root, beginning with /, is the same for the service.')
  return answer || guess || null
}

async function confirmHostKey(env: Env, { prompt, fetchHostKey, say }: GatherContext): Promise<string> {
  const host = env.SSH_HOST ?? ''
  const compare = `On ${host}, ssh-keygen -lf /etc/ssh/ssh_host_<kind>_key.pub prints it (kind: ed25519, ecdsa or rsa).`
  let found: string
  try {
    found = await fetchHostKey(host, Number(env.SSH_PORT ?? 22))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError([`SSH_HOST_KEY_SHA256: missing, and it cannot be fetched: ${reason} ${compare}`])
  }
  if (!prompt) {
    throw new ConfigError([
      `SSH_HOST_KEY_SHA256: missing, and nobody is here to compare it. ${host} shows ${found}. ${compare} If they are equal, set it.`,
    ])
  }
  say(`${host} shows the key ${found}. ${compare}`)
  const answer = await prompt.ask('Is it that one? Then type yes: ')
  if (answer.toLowerCase() !== 'yes') throw new Error('The key was not confirmed, so nothing was changed.')
  return found
}
