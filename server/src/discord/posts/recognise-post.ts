import type { APIEmbed, APIMessage } from 'discord.js'
import type { PostContent } from './post-content.ts'
import type { Subject } from './subjects.ts'

type Shown = Pick<APIMessage, 'nonce' | 'content' | 'embeds' | 'components' | 'attachments'>

const MARK = / · ([0-9a-f]{8})$/

/** The embed with the mark of its origin in the footer: the first characters of the file's sha256. */
export function withMark(embed: APIEmbed, { mark }: Subject): APIEmbed {
  return mark === undefined
    ? embed
    : { ...embed, footer: { ...embed.footer, text: `${embed.footer?.text ?? ''} · ${mark}` } }
}

/**
 * Whether a message that stands in the channel tells of this. Its mark decides where it has one: a page's address may
 * have been given to another round since. Else the same title with the same address, or the same words.
 */
export function tellsOf(message: Shown, nonce: string, { mark }: Subject, content: PostContent): boolean {
  if (message.nonce === nonce) return true
  const shownMark = message.embeds.flatMap(({ footer }) => MARK.exec(footer?.text ?? '')?.[1] ?? [])[0]
  if (mark !== undefined && shownMark !== undefined) return mark === shownMark
  const ours = content.embeds?.[0]
  const theirs = message.embeds[0]
  if (ours?.url && theirs?.url) return samePage(ours.url, theirs.url) && ours.title === theirs.title
  const names = content.files?.map(file => file.name) ?? []
  return (
    words(content) === words(message) &&
    names.join() === message.attachments.map(attachment => attachment.filename).join()
  )
}

/** Discord rewrites the spelling of an address (case of the host, a slash), never what it names. */
function samePage(ours: string, theirs: string): boolean {
  return URL.canParse(ours) && URL.canParse(theirs) && new URL(ours).href === new URL(theirs).href
}

/** All that a reader sees but the footers, whatever Discord did to the spaces. */
function words({
  content,
  embeds,
  components,
}: Pick<PostContent, 'content' | 'embeds'> & { components?: unknown }): string {
  const texts = [
    content ?? '',
    ...(embeds ?? []).flatMap(({ title, description, fields }) => [
      title ?? '',
      description ?? '',
      ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    ]),
    ...(JSON.stringify(components ?? []).match(/"custom_id":"[^"]*"/g) ?? []),
  ]
  return texts.join(' ').replace(/\s+/g, '')
}
