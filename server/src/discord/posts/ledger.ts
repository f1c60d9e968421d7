import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { digestOf, type PostContent } from './post-content.ts'
import { nonceOf, type Subject } from './subjects.ts'

/** A row of `discord_posts`: what we know of one message. */
export interface PostRow {
  post_id: number
  channel_id: string
  nonce: string
  message_id: string | null
  digest: string | null
  removed_at: Date | null
  /** How long ago an earlier attempt was made of which we don't know the end; null: there was none. */
  tried_ms: number | null
}

/** The row comes before the message: after a crash it says that the message may be there. */
export async function reserve(
  db: Kysely<DB>,
  { subject, channelId, content }: { subject: Subject; channelId: string; content: PostContent },
): Promise<PostRow> {
  const { rows } = await sql<PostRow>`
    insert into discord_posts as p (subject, channel_id, nonce, uncertain_since, digest)
    values (${subject.name}, ${channelId}, ${nonceOf(subject, channelId)}, now(), ${digestOf(content)})
    on conflict (subject) do update set
      uncertain_since = case when p.message_id is null then coalesce(p.uncertain_since, now()) end,
      withheld_at = null,
      -- What was refused for certain, nobody has seen.
      digest = case when p.message_id is null and p.uncertain_since is null then excluded.digest else p.digest end,
      nonce = case when p.message_id is null and p.uncertain_since is null then excluded.nonce else p.nonce end,
      channel_id = case when p.message_id is null and p.uncertain_since is null
        then excluded.channel_id else p.channel_id end
    returning post_id, channel_id, nonce, message_id, digest, removed_at,
      case when uncertain_since <> now()
        then greatest(0, extract(epoch from now() - uncertain_since)::float8 * 1000) end as tried_ms`.execute(
    db,
  )
  const row = rows[0]
  if (!row) throw new Error(`The row of the post "${subject.name}" could not be written.`)
  return row
}

/** The message stands in the channel. */
export async function markPosted(
  db: Kysely<DB>,
  postId: number,
  message: { id: string; channelId: string },
): Promise<void> {
  await db
    .updateTable('discord_posts')
    .set({
      message_id: message.id,
      channel_id: message.channelId,
      posted_at: sql`coalesce(posted_at, now())`,
      uncertain_since: null,
    })
    .where('post_id', '=', postId)
    .execute()
}

export async function markEdited(db: Kysely<DB>, postId: number, content: PostContent): Promise<void> {
  await db
    .updateTable('discord_posts')
    .set({ digest: digestOf(content), edited_at: sql`now()` })
    .where('post_id', '=', postId)
    .execute()
}

/** The attempt was refused: nothing stands there. */
export async function markNotSent(db: Kysely<DB>, postId: number): Promise<void> {
  await db.updateTable('discord_posts').set({ uncertain_since: null }).where('post_id', '=', postId).execute()
}

/** Somebody does not want it there: it is not posted again. */
export async function markRemoved(db: Kysely<DB>, postId: number): Promise<void> {
  await db
    .updateTable('discord_posts')
    .set({ removed_at: sql`now()` })
    .where('post_id', '=', postId)
    .execute()
}

/** Noted as worth no message for now; what comes later may make it so. A message that stands stays. */
export async function withhold(db: Kysely<DB>, subject: Subject, channelId: string): Promise<void> {
  await db
    .insertInto('discord_posts')
    .values({
      subject: subject.name,
      channel_id: channelId,
      nonce: nonceOf(subject, channelId),
      withheld_at: sql<Date>`now()`,
    })
    .onConflict(conflict => conflict.column('subject').doNothing())
    .execute()
}

export async function forget(db: Kysely<DB>, postId: number): Promise<void> {
  await db.deleteFrom('discord_posts').where('post_id', '=', postId).execute()
}

/** What is known of these subjects, in no order, without the messages that somebody removed. */
export function findPosts(db: Kysely<DB>, names: readonly string[]) {
  return db
    .selectFrom('discord_posts')
    .select(['post_id', 'subject', 'channel_id', 'message_id', 'withheld_at'])
    .where('subject', 'in', names.length > 0 ? names : [''])
    .where('removed_at', 'is', null)
    .execute()
}

/** Which of these messages a post of ours already claims. */
export async function claimedMessages(db: Kysely<DB>, messageIds: readonly string[]): Promise<Set<string>> {
  if (messageIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('discord_posts')
    .select('message_id')
    .where('message_id', 'in', messageIds)
    .execute()
  return new Set(rows.flatMap(({ message_id }) => message_id ?? []))
}
