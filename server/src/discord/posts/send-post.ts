import { type APIMessage, type RESTPostAPIChannelMessageJSONBody, Routes } from 'discord.js'
import type { DiscordRest } from '../rest/create-rest.ts'
import { DiscordFault, isGone } from '../rest/discord-fault.ts'
import { findPost } from './find-post.ts'
import { markEdited, markNotSent, markPosted, markRemoved, type PostRow, reserve } from './ledger.ts'
import type { CreateMessage, Post, PostContext } from './post.ts'
import { digestOf } from './post-content.ts'

export type SendOutcome = 'posted' | 'edited' | 'unchanged' | 'removed'

/** Within this time Discord itself answers a repeated nonce with the first message: "the past few minutes". */
const NONCE_WINDOW_MS = 60_000
/** From the row to the message it takes milliseconds. A process that stood still for longer may no longer lead. */
const FROZEN_MS = 5_000
const MOST_LOOKS = 3

/**
 * Makes the channel show this content once: posts it, or edits the message that stands there. Whatever was lost on the
 * way (an answer, the process, the database's last seconds), asking again posts nothing twice. Throws DiscordFault.
 */
export async function sendPost(context: PostContext, post: Post, looks = 1): Promise<SendOutcome> {
  const { db } = context
  const reservedAt = performance.now()
  const row = await reserve(db, post)
  const isSame = row.digest === digestOf(post.content)
  if (row.removed_at) return 'removed'
  if (row.message_id !== null) {
    return isSame ? 'unchanged' : edit(context, { ...row, message_id: row.message_id }, post)
  }
  const standing = await findStanding(context, row, post)
  if (standing !== null) {
    await markPosted(db, row.post_id, { id: standing, channelId: row.channel_id })
    // What an earlier attempt sent stands there; what a forgotten one sent, nobody knows.
    const isKnown = row.tried_ms !== null && isSame
    return isKnown ? 'posted' : edit(context, { ...row, message_id: standing }, post)
  }
  // Another process may have posted it meanwhile. (A look that waits out a limit of Discord's takes as long.)
  if (performance.now() - reservedAt > FROZEN_MS && looks < MOST_LOOKS)
    return sendPost(context, post, looks + 1)
  return create(context, row, post)
}

/** The message, where it stands in the channel already though we never heard of it. */
async function findStanding(context: PostContext, row: PostRow, post: Post): Promise<string | null> {
  const { tried_ms } = row
  // Who asked a question waits for a new message, and asks again where none comes.
  if (tried_ms === null) return post.answers ? null : context.orphans.adopt(context, post)
  try {
    return await findPost(context, { ...row, tried_ms }, post)
  } catch (error) {
    if (!(error instanceof DiscordFault)) throw error
    // The channel cannot be read, and Discord still knows the nonce.
    if (error.kind === 'permissions' && tried_ms < NONCE_WINDOW_MS) return null
    // It went away with all that stood in it, and another one was set.
    if (error.kind === 'channel' && row.channel_id !== post.channelId) return null
    throw error
  }
}

async function create(context: PostContext, row: PostRow, post: Post): Promise<SendOutcome> {
  const { content, channelId, answers } = post
  const { files = [], ...body } = content
  const request: RESTPostAPIChannelMessageJSONBody = {
    ...body,
    allowed_mentions: { parse: [] },
    nonce: row.nonce,
    enforce_nonce: true,
    ...(answers?.replyTo && {
      message_reference: { message_id: answers.replyTo, fail_if_not_exists: false },
    }),
  }
  let id: string
  try {
    id = (await (answers?.create ?? createIn(context.rest, channelId))(request, files)).id
  } catch (error) {
    if (error instanceof DiscordFault && error.refused && row.tried_ms === null) {
      await markNotSent(context.db, row.post_id)
    }
    throw error
  }
  await markPosted(context.db, row.post_id, { id, channelId })
  // An earlier attempt that was applied shows what was true then.
  if (row.digest !== digestOf(content))
    return edit(context, { ...row, channel_id: channelId, message_id: id }, post)
  return 'posted'
}

function createIn(rest: DiscordRest, channelId: string): CreateMessage {
  return async (body, files) =>
    (await rest.post(Routes.channelMessages(channelId), { body, files })) as APIMessage
}

async function edit(
  { db, rest }: PostContext,
  { post_id, channel_id, message_id }: PostRow & { message_id: string },
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
    await rest.patch(Routes.channelMessage(channel_id, message_id), { body, files })
  } catch (error) {
    if (!isGone(error)) throw error
    await markRemoved(db, post_id)
    return 'removed'
  }
  await markEdited(db, post_id, content)
  return 'edited'
}
