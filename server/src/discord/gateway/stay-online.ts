import { setTimeout as sleep } from 'node:timers/promises'
import { backoff } from '@debrief/shared'
import { type APIUser, Routes } from 'discord.js'
import { DiscordFault } from '../rest/discord-fault.ts'
import { tokenRefused } from '../rest/read-fault.ts'
import type { GatewayContext } from './gateway-context.ts'
import { liveOnce } from './live-once.ts'

/** Trying a wrong token again and again gets an address blocked. */
const TOKEN_PAUSE_MS = 10 * 60_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** Discord allows a thousand logins a day. */
const LONGEST_LOGIN_PAUSE_MS = 120_000

/** Keeps the bot connected until `signal` aborts, whatever happens to Discord, the network or the token. */
export async function stayOnline(context: GatewayContext, signal: AbortSignal): Promise<void> {
  const { log, setState, gate } = context
  let readsMessages = true
  let failures = 0
  let said = ''
  while (!signal.aborted) {
    setState('connecting')
    const verified = await verifyToken(context)
    const { fault, wasOnline } = verified
      ? { fault: verified, wasOnline: false }
      : await liveOnce(context, readsMessages, signal)
    if (signal.aborted) return
    if (wasOnline) {
      failures = 0
      said = ''
    }
    if (fault.kind === 'intents' && readsMessages) {
      readsMessages = false
      log.warn(fault.sentence)
      continue
    }
    if (fault.kind === 'token') gate.close()
    setState(fault.sentence)
    if (fault.sentence !== said) log.error(`The bot is offline: ${fault.sentence}`)
    said = fault.sentence
    failures += 1
    const longest = verified ? LONGEST_PAUSE_MS : LONGEST_LOGIN_PAUSE_MS
    const pause = backoff({ baseMs: FIRST_PAUSE_MS, capMs: longest }, failures)
    await sleep(fault.kind === 'token' ? TOKEN_PAUSE_MS : pause, undefined, { signal }).catch(() => undefined)
  }
}

/** Asks for our own name: the token is good, and posts can go out though the gateway may be down. Null: go on. */
async function verifyToken({ rest, config, gate }: GatewayContext): Promise<DiscordFault | null> {
  if (config.token === null) return tokenRefused()
  rest.setToken(config.token)
  try {
    const { id } = (await rest.get(Routes.user())) as APIUser
    gate.open(id)
    return null
  } catch (error) {
    if (!(error instanceof DiscordFault)) throw error
    // Anything but a clear answer about the token is for the login to judge.
    return error.kind === 'token' || (error.retriable && !error.refused) ? error : null
  }
}
