import type { Command } from './command.ts'

/** What a message asks of us. `command` is null where we were meant, and it is none of ours. */
export interface Ask {
  command: Command | null
  /** What followed the command, in lower case. */
  words: string[]
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
  const words = text
    .slice(mention?.[0].length ?? 1)
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
  const [first = '', ...rest] = words
  const name = mention && first.startsWith('!') ? first.slice(1) : first

  const command = commands.find(({ texts }) => texts.words.includes(name))
  if (command) return { command, words: rest }
  // Who calls us by name gets an answer to anything: `@Debrief top` is a view of the first command's session.
  if (mention) return { command: commands[0], words }
  // Another bot's command, most likely; a slip of the finger begins as ours do.
  return isAlike(name, commands) ? { command: null, words } : null
}

function isAlike(name: string, commands: readonly Command[]): boolean {
  const beginning = name.slice(0, ALIKE_LETTERS)
  return (
    beginning.length === ALIKE_LETTERS &&
    commands.some(({ texts }) => texts.words.some(word => word.startsWith(beginning)))
  )
}
