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
