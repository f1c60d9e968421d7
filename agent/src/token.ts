import { readFile } from 'node:fs/promises'
import { isToken } from './config.ts'
import { parseEnvFile } from './env-file.ts'

export interface TokenHolder {
  current(): string
  /** Reads the files again; true if there is another token now. */
  refresh(): Promise<boolean>
}

/** A token that can be replaced while the agent runs: in its own file, or in the environment file it was started with. */
export function holdToken(
  token: string,
  files: { tokenFile: string | null; envFile: string | null },
): TokenHolder {
  let current = token

  async function readAnew(): Promise<string | null> {
    if (files.tokenFile) return (await readFile(files.tokenFile, 'utf8')).trim()
    if (files.envFile) return parseEnvFile(await readFile(files.envFile, 'utf8')).INGEST_TOKEN?.trim() ?? null
    return null
  }

  return {
    current: () => current,
    async refresh() {
      // Not readable now (for systemd's DynamicUser it never is): the token in use stays.
      const found = await readAnew().catch(() => null)
      if (!found || found === current || !isToken(found)) return false
      current = found
      return true
    },
  }
}
