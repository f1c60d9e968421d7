import { type APIMessage, Routes } from 'discord.js'
import type { DiscordRest } from '../rest/create-rest.ts'
import { DiscordFault } from '../rest/discord-fault.ts'

/** As many as Discord gives at once. */
export const PAGE = 100

/** A page of a channel's messages, newest first. Throws DiscordFault, also where Read Message History is missing. */
export async function listMessages(
  rest: DiscordRest,
  channelId: string,
  before?: string,
): Promise<APIMessage[]> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(before && { before }) })
  try {
    return (await rest.get(Routes.channelMessages(channelId), { query })) as APIMessage[]
  } catch (error) {
    // A stand-in for Discord that cannot list messages: the nonce has to do.
    if (error instanceof DiscordFault && error.kind === 'away' && error.status === 404) return []
    throw error
  }
}
