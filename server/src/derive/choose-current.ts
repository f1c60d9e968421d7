/** What decides which of several contents under one name is the round. */
export interface Content {
  fileId: number
  filename: string
  sha256: string
  playerLines: number
  textBytes: number
}

/**
 * Of several valid contents of one name (a cut file and the whole one, CRLF copies): the one with the most player
 * lines, then the most text, then the smallest digest, so that the answer never depends on which came first.
 */
export function chooseCurrent<T extends Content>(contents: readonly T[]): { current: T[]; superseded: T[] } {
  const best = new Map<string, T>()
  for (const content of contents) {
    const other = best.get(content.filename)
    if (!other || fuller(content, other)) best.set(content.filename, content)
  }
  const current = [...best.values()]
  const chosen = new Set(current)
  return { current, superseded: contents.filter(content => !chosen.has(content)) }
}

function fuller(a: Content, b: Content): boolean {
  if (a.playerLines !== b.playerLines) return a.playerLines > b.playerLines
  if (a.textBytes !== b.textBytes) return a.textBytes > b.textBytes
  return a.sha256 < b.sha256
}
