import { REST, type RequestData } from 'discord.js'
import type { Config } from '../../config.ts'
import { away, readFault } from './read-fault.ts'

type Route = `/${string}`

/** Discord's REST API. Every method throws DiscordFault where Discord, or the way to it, is at fault. */
export interface DiscordRest {
  get(route: Route, request?: RequestData): Promise<unknown>
  post(route: Route, request?: RequestData): Promise<unknown>
  patch(route: Route, request?: RequestData): Promise<unknown>
  put(route: Route, request?: RequestData): Promise<unknown>
  delete(route: Route, request?: RequestData): Promise<unknown>
  setToken(token: string): void
}

/** Discord answers in 0.1-0.5 s; what takes longer than this has been lost. */
const TIMEOUT_MS = 10_000

/**
 * It waits out a 429 by itself and tries nothing again: who sends knows best whether that is safe. When `signal` aborts,
 * what is under way is given up (its end is then unknown) and nothing more is sent.
 */
export function createRest(
  { apiUrl, token }: Pick<Config['discord'], 'apiUrl' | 'token'>,
  signal?: AbortSignal,
): DiscordRest {
  const rest = new REST({ ...restAddress(apiUrl), timeout: TIMEOUT_MS, retries: 0 })
  if (token) rest.setToken(token)
  return {
    get: (route, request) => call(own => rest.get(route, { ...request, signal: own })),
    post: (route, request) => call(own => rest.post(route, { ...request, signal: own })),
    patch: (route, request) => call(own => rest.patch(route, { ...request, signal: own })),
    put: (route, request) => call(own => rest.put(route, { ...request, signal: own })),
    delete: (route, request) => call(own => rest.delete(route, { ...request, signal: own })),
    setToken: value => void rest.setToken(value),
  }

  /** The one place where a fault of a request is made Discord's. */
  async function call(request: (own: AbortSignal) => Promise<unknown>): Promise<unknown> {
    // A signal for each request: discord.js never takes its listeners off.
    const own = new AbortController()
    const giveUp = () => own.abort(signal?.reason)
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      if (signal?.aborted) throw signal.reason
      return await request(own.signal)
    } catch (error) {
      if (signal?.aborted) throw away('The bot pauses; what was under way is looked at again.', error)
      throw readFault(error) ?? error
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }
}

/** Where Discord is: its own address, or that of a proxy or a test. */
export function restAddress(apiUrl: string | null): { version: '10'; api?: string } {
  return apiUrl === null ? { version: '10' } : { version: '10', api: apiUrl.replace(/\/v\d+$/, '') }
}
