import { escapeMarkdown } from './escape-markdown.ts'

/** A player's name for an embed; never shortened. Bots are marked. */
export function playerLabel({ name, guid }: { name: string; guid: string }): string {
  return `${guid.startsWith('OMNIBOT') ? '🤖 ' : ''}${escapeMarkdown(name)}`
}
