import { randomBytes } from 'node:crypto'
import {
  type APIMessage,
  type RawFile,
  type REST,
  type RESTPostAPIChannelMessageJSONBody,
  Routes,
} from 'discord.js'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'
import { explainFault } from '../rest/explain-fault.ts'
import { findPost } from './find-post.ts'
import { digestOf, type PostContent } from './post-content.ts'

export interface PostDeps {
  db: Kysely<DB>
  rest: REST
  /** The bot's own user id. */
  botId: string
}

export interface Post {
  /** What the message tells of: one message for ever. */
  subject: string
  channelId: string
  content: PostContent
  /** The command that this message answers. */
  replyTo?: string | undefined
  /** Another way to make the message: the answer to an interaction. */
  create?: ((body: RESTPostAPIChannelMessageJSONBody, files: RawFile[]) => Promise<APIMessage>) | undefined
}

export type SendOutcome = 'posted' | 'edited' | 'unchanged' | 'removed'

/** Within this time Discord itself answers a repeated nonce with the first message: "the past few minutes". */
const NONCE_WINDOW_MS = 60_000

/**
 * Makes the channel show this content once: posts it, or edits the message that stands there. Whatever was lost on the
 * way (an answer, the process), asking again posts nothing twice. Throws what discord.js throws.
 */
export async function sendPost(deps: PostDeps, post: Post): Promise<SendOutcome> {
  const row = await reserve(deps.db, post)
  if (row.removed_at) return 'removed'
  if (row.message_id === null) {
    const stale = row.uncertain_ms > NONCE_WINDOW_MS ? await findPost(deps, row, post.content) : null
    if (stale === null) return create(deps, row, post)
    await markPosted(deps.db, row.post_id, stale)
    return edit(deps, { ...row, message_id: stale }, post)
  }
  const digest = digestOf(post.content)
  return row.digest === digest ? 'unchanged' : edit(deps, { ...row, message_id: row.message_id }, post)
}

export interface PostRow {
  post_id: number
  channel_id: string
  nonce: string
  message_id: string | null
  digest: string | null
  removed_at: Date | null
  /** How long ago an attempt was made of which we don't know the end; 0: there is none. */
  uncertain_ms: number
}

/** The row comes before the message: after a crash it says that the message may be there. */
async function reserve(db: Kysely<DB>, { subject, channelId, content }: Post): Promise<PostRow> {
  const { rows } = await sql<PostRow>`
    insert into discord_posts as p (subject, channel_id, nonce, uncertain_since, digest)
    values (${subject}, ${channelId}, ${randomBytes(15).toString('base64url')}, now(), ${digestOf(content)})
    on conflict (subject) do update set
      uncertain_since = case when p.message_id is null then coalesce(p.uncertain_since, now()) end,
      -- What was refused for certain, nobody has seen.
      digest = case when p.message_id is null and p.uncertain_since is null then excluded.digest else p.digest end
    returning post_id, channel_id, nonce, message_id, digest, removed_at,
      coalesce(extract(epoch from now() - uncertain_since)::float8 * 1000, 0) as uncertain_ms`.execute(db)
  const row = rows[0]
  if (!row) throw new Error(`The row of the post "${subject}" could not be written.`)
  return row
}

async function create(deps: PostDeps, row: PostRow, post: Post): Promise<SendOutcome> {
  const { content, channelId, replyTo } = post
  const { files, ...body } = content
  const request: RESTPostAPIChannelMessageJSONBody = {
    ...body,
    allowed_mentions: { parse: [] },
    nonce: row.nonce,
    enforce_nonce: true,
    ...(replyTo && { message_reference: { message_id: replyTo, fail_if_not_exists: false } }),
  }
  let message: Pick<APIMessage, 'id'>
  try {
    message = post.create
      ? await post.create(request, files ?? [])
      : await createMessage(deps.rest, channelId, request, files ?? [])
  } catch (error) {
    if (explainFault(error).refused && row.uncertain_ms === 0) await markNotSent(deps.db, row.post_id)
    throw error
  }
  await markPosted(deps.db, row.post_id, message.id, channelId)
  // An earlier attempt that was applied shows what was true then.
  if (row.digest !== digestOf(content)) return edit(deps, { ...row, message_id: message.id }, post)
  return 'posted'
}

async function createMessage(
  rest: REST,
  channelId: string,
  body: RESTPostAPIChannelMessageJSONBody,
  files: RawFile[],
): Promise<Pick<APIMessage, 'id'>> {
  return (await rest.post(Routes.channelMessages(channelId), { body, files })) as APIMessage
}

async function edit(
  { db, rest }: PostDeps,
  row: PostRow & { message_id: string },
  { content }: Post,
): Promise<SendOutcome> {
  const { files = [], ...shown } = content
  const body = {
    content: '',
    embeds: [],
    components: [],
    ...shown,
    allowed_mentions: { parse: [] },
    // New pictures take the place of the old ones.
    attachments: files.map((file, id) => ({ id: String(id), filename: file.name })),
  }
  try {
    await rest.patch(Routes.channelMessage(row.channel_id, row.message_id), { body, files })
  } catch (error) {
    const { kind } = explainFault(error)
    if (kind !== 'message' && kind !== 'channel') throw error
    // Somebody does not want it there.
    await markRemoved(db, row.post_id)
    return 'removed'
  }
  await db
    .updateTable('discord_posts')
    .set({ digest: digestOf(content), edited_at: sql`now()` })
    .where('post_id', '=', row.post_id)
    .execute()
  return 'edited'
}

async function markPosted(
  db: Kysely<DB>,
  postId: number,
  messageId: string,
  channelId?: string,
): Promise<void> {
  await db
    .updateTable('discord_posts')
    .set({
      message_id: messageId,
      posted_at: sql`coalesce(posted_at, now())`,
      uncertain_since: null,
      ...(channelId && { channel_id: channelId }),
    })
    .where('post_id', '=', postId)
    .execute()
}

async function markNotSent(db: Kysely<DB>, postId: number): Promise<void> {
  await db.updateTable('discord_posts').set({ uncertain_since: null }).where('post_id', '=', postId).execute()
}

export async function markRemoved(db: Kysely<DB>, postId: number): Promise<void> {
  await db
    .updateTable('discord_posts')
    .set({ removed_at: sql`now()` })
    .where('post_id', '=', postId)
    .execute()
}
