import { REST } from 'discord.js'
import type { Config } from '../../config.ts'

/** Discord answers in 0.1-0.5 s; what takes longer than this has been lost. */
const TIMEOUT_MS = 10_000

/**
 * Speaks to Discord's REST API. It waits out a 429 by itself and tries nothing again: who sends knows best whether
 * that is safe.
 */
export function createRest({ apiUrl, token }: Pick<Config['discord'], 'apiUrl' | 'token'>): REST {
  const rest = new REST({ ...restAddress(apiUrl), timeout: TIMEOUT_MS, retries: 0 })
  return token ? rest.setToken(token) : rest
}

/** Where Discord is: its own address, or that of a proxy or a test. */
export function restAddress(apiUrl: string | null): { version: '10'; api?: string } {
  return apiUrl === null ? { version: '10' } : { version: '10', api: apiUrl.replace(/\/v\d+$/, '') }
}
