/**
 * Text from players as Discord must show it, letter by letter: nothing in it starts a format, link, mention, timestamp
 * or custom emoji. Discord shows any sign but a letter, a digit or a space as it is after a backslash.
 */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/[\\`*_~|<>[\]()@:#]/g, '\\$&')
      // Lists and quotes begin only at the beginning, where a name may stand.
      .replace(/^(\s*)([-+])/, '$1\\$2')
      .replace(/^(\s*\d+)\./, '$1\\.')
  )
}

/** Maps have plain names; an underscore within a word starts nothing, and stays as people know it. */
export function escapeMap(map: string): string {
  return escapeMarkdown(map).replace(/(?<=[A-Za-z0-9])\\_(?=[A-Za-z0-9])/g, '_')
}
