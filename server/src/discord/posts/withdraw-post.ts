import { Routes } from 'discord.js'
import { isGone } from '../rest/discord-fault.ts'
import { findPosts, forget } from './ledger.ts'
import type { PostContext } from './post.ts'

/** Takes a message back that tells of nothing any more. Returns whether one stood there. */
export async function withdrawPost(
  { db, rest }: Pick<PostContext, 'db' | 'rest'>,
  subjectName: string,
): Promise<boolean> {
  const [post] = await findPosts(db, [subjectName])
  if (!post) return false
  if (post.message_id !== null) {
    await rest.delete(Routes.channelMessage(post.channel_id, post.message_id)).catch(error => {
      if (!isGone(error)) throw error
    })
  }
  await forget(db, post.post_id)
  return post.message_id !== null
}
