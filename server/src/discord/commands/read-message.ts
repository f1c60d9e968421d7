import type { Command } from './command.ts'

/** What a message asks of us. `command` is null where we were meant, and it is none of ours. */
export interface Ask {
  command: Command | null
  /** What followed the command, in lower case. */
  words: string[]
  /** The same as it was written; what stands in quotes is one. */
  args: string[]
}

/** As many letters as another bot's word hardly shares with one of ours by chance. */
const ALIKE_LETTERS = 4

/** Reads a message; null: it is not for us. Pure. */
export function readMessage(
  content: string,
  botId: string,
  commands: readonly [Command, ...Command[]],
): Ask | null {
  const text = content.trim()
  const mention = new RegExp(`^<@!?${botId}>`).exec(text)
  if (!mention && !text.startsWith('!')) return null
  const said = text.slice(mention?.[0].length ?? 1).trim()
  const words = said.toLowerCase().split(/\s+/).filter(Boolean)
  const [first = '', ...rest] = words
  const args = argsOf(said.slice(first.length))
  const name = mention && first.startsWith('!') ? first.slice(1) : first

  const command = commands.find(({ texts }) => texts.words.includes(name))
  if (command) return { command, words: rest, args }
  // Who calls us by name gets an answer to anything: `@Debrief top` is a view of the first command's session.
  if (mention) return { command: commands[0], words, args: argsOf(said) }
  // Another bot's command, most likely; a slip of the finger begins as ours do.
  return isAlike(name, commands) ? { command: null, words, args } : null
}

function argsOf(text: string): string[] {
  return [...text.matchAll(/["“”]([^"“”]+)["“”]|(\S+)/g)]
    .map(match => (match[1] ?? match[2] ?? '').trim())
    .filter(Boolean)
}

function isAlike(name: string, commands: readonly Command[]): boolean {
  const beginning = name.slice(0, ALIKE_LETTERS)
  return (
    beginning.length === ALIKE_LETTERS &&
    commands.some(({ texts }) => texts.words.some(word => word.startsWith(beginning)))
  )
}
