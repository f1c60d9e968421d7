import { claimedMessages, type PostRow } from './ledger.ts'
import { listMessages, PAGE } from './list-messages.ts'
import type { Post, PostContext } from './post.ts'
import { tellsOf } from './recognise-post.ts'

/** Twenty pages are two thousand messages: a busy channel's day. */
const MAX_PAGES = 20
/** The database's clock, by which the attempt's age is told, may have been put right meanwhile. */
const CLOCK_JUMP_MS = 3_600_000

/**
 * Looks in the channel for the message that an attempt left there without our hearing of it: one of the bot's, not older
 * than the attempt, that no other post of ours claims. Returns its id, or null.
 */
export async function findPost(
  { db, rest, botId }: PostContext,
  row: PostRow & { tried_ms: number },
  { subject, content }: Pick<Post, 'subject' | 'content'>,
): Promise<string | null> {
  // By Discord's own clock, of which its newest message tells: ours may stand years off.
  let since: number | undefined
  let before: string | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const messages = await listMessages(rest, row.channel_id, before)
    since ??= Date.parse(messages[0]?.timestamp ?? '') - row.tried_ms - CLOCK_JUMP_MS
    const oldest = since
    const recent = messages.filter(({ timestamp }) => Date.parse(timestamp) >= oldest)
    const ours = recent.filter(
      message => message.author.id === botId && tellsOf(message, row.nonce, subject, content),
    )
    const claimed = await claimedMessages(
      db,
      ours.map(({ id }) => id),
    )
    const found = ours.find(({ id }) => !claimed.has(id))
    if (found) return found.id
    before = messages.at(-1)?.id
    if (recent.length < PAGE) return null
  }
  return null
}
