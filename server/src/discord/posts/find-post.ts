import { type APIMessage, DiscordAPIError, type REST, Routes } from 'discord.js'
import { type PostContent, showsContent } from './post-content.ts'
import type { PostDeps, PostRow } from './send-post.ts'

const PAGE = 100
/** Twenty pages are two thousand messages: a busy channel's day. */
const MAX_PAGES = 20
/** Our clock and Discord's may differ by this much. */
const CLOCK_SKEW_MS = 5 * 60_000
const UNKNOWN_CHANNEL = 10_003

/**
 * Looks in the channel for a message that an attempt left there without our hearing of it: one of the bot's, not older
 * than the attempt, that no other post of ours claims. Returns its id, or null.
 */
export async function findPost(
  { db, rest, botId }: PostDeps,
  row: PostRow,
  content: PostContent,
): Promise<string | null> {
  const since = Date.now() - row.uncertain_ms - CLOCK_SKEW_MS
  let before: string | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const messages = await listMessages(rest, row.channel_id, before)
    for (const message of messages) {
      if (Date.parse(message.timestamp) < since) return null
      if (message.author.id !== botId) continue
      const isOurs = message.nonce === row.nonce || showsContent(message, content)
      if (isOurs && !(await isClaimed(db, message.id))) return message.id
    }
    before = messages.at(-1)?.id
    if (messages.length < PAGE) return null
  }
  return null
}

async function listMessages(
  rest: REST,
  channelId: string,
  before: string | undefined,
): Promise<APIMessage[]> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(before && { before }) })
  try {
    return (await rest.get(Routes.channelMessages(channelId), { query })) as APIMessage[]
  } catch (error) {
    // A stand-in for Discord that cannot list messages: the nonce has to do.
    if (error instanceof DiscordAPIError && error.status === 404 && error.code !== UNKNOWN_CHANNEL) return []
    throw error
  }
}

async function isClaimed(db: PostDeps['db'], messageId: string): Promise<boolean> {
  const row = await db
    .selectFrom('discord_posts')
    .select('post_id')
    .where('message_id', '=', messageId)
    .executeTakeFirst()
  return row !== undefined
}
