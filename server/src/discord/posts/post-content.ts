import { createHash } from 'node:crypto'
import type { APIEmbed, APIMessageTopLevelComponent, RawFile } from 'discord.js'

/** What a message shows. */
export interface PostContent {
  content?: string
  embeds?: APIEmbed[]
  components?: APIMessageTopLevelComponent[]
  files?: RawFile[]
}

/** Equal digests: a reader sees no difference. The footer's "last changed" alone is no reason to edit. */
export function digestOf({ content, embeds, components, files }: PostContent): string {
  const hash = createHash('sha256')
  const shown = embeds?.map(({ footer: _footer, timestamp: _timestamp, ...embed }) => embed)
  hash.update(JSON.stringify([content ?? '', shown ?? [], components ?? []]))
  for (const { name, data } of files ?? []) hash.update(name).update(Buffer.from(data as Uint8Array))
  return hash.digest('hex')
}

/** Whether a message that Discord shows is this content: the same words, whatever Discord did to the spaces. */
export function showsContent(message: Shown, { content, embeds, components, files }: PostContent): boolean {
  const url = embeds?.[0]?.url
  if (url && message.embeds?.[0]?.url) return samePage(url, message.embeds[0].url)
  const names = files?.map(file => file.name) ?? []
  return (
    words({ content, embeds, components }) === words(message) &&
    names.join() === (message.attachments ?? []).map(attachment => attachment.filename).join()
  )
}

interface Shown {
  content?: string | undefined
  embeds?: APIEmbed[] | undefined
  components?: unknown[] | undefined
  attachments?: { filename: string }[] | undefined
}

/** Discord rewrites the spelling of an address (case of the host, a slash), never what it names. */
function samePage(ours: string, theirs: string): boolean {
  return URL.canParse(ours) && URL.canParse(theirs) && new URL(ours).href === new URL(theirs).href
}

function words({ content, embeds, components }: Shown): string {
  const texts = [
    content ?? '',
    ...(embeds ?? []).flatMap(({ title, description, fields }) => [
      title ?? '',
      description ?? '',
      ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    ]),
    ...customIds(components ?? []),
  ]
  return texts.join(' ').replace(/\s+/g, '')
}

function customIds(components: unknown[]): string[] {
  return JSON.stringify(components).match(/"custom_id":"[^"]*"/g) ?? []
}
