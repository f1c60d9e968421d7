import type { APIMessage, RawFile, RESTPostAPIChannelMessageJSONBody } from 'discord.js'
import type { Kysely } from 'kysely'
import type { DB } from '../../db/tables.ts'
import type { Logger } from '../../log/logger.ts'
import type { DiscordRest } from '../rest/create-rest.ts'
import type { PostContent } from './post-content.ts'
import type { Subject } from './subjects.ts'

export interface PostContext {
  db: Kysely<DB>
  log: Logger
  rest: DiscordRest
  /** The bot's own user id. */
  botId: string
  orphans: Orphans
}

/** What of ours stands in the channels though the database knows nothing of it. */
export interface Orphans {
  /** The id of the message that tells of this already, or null. It is an orphan no longer. */
  adopt(context: PostContext, post: Pick<Post, 'subject' | 'channelId' | 'content'>): Promise<string | null>
}

export interface Post {
  /** What the message tells of: one message for ever. */
  subject: Subject
  channelId: string
  content: PostContent
  /** The command that this message answers. Without one it is posted by itself. */
  answers?: { replyTo?: string | undefined; create?: CreateMessage | undefined }
}

/** Another way to make the message: the answer to an interaction. */
export type CreateMessage = (
  body: RESTPostAPIChannelMessageJSONBody,
  files: RawFile[],
) => Promise<Pick<APIMessage, 'id'>>
