import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Where games are put, each with how many folders below it are looked at. */
const PLACES: readonly { root: string; depth: 1 | 2 }[] = [
  { root: '/home', depth: 2 },
  ...['/root', '/opt', '/srv', '/usr/local/games', '/var/lib', '/var/games'].map(root => ({
    root,
    depth: 1 as const,
  })),
]
/** Below the home of the game or of its user: where ET: Legacy writes. */
const TAILS = ['.etlegacy/legacy', 'legacy', 'etlegacy/legacy']

/**
 * Folders that look like a game's `gamestats`, the newest first. Where the game is but has not ended a round yet, the
 * folder that it will make. Never throws: what cannot be read is no candidate.
 */
export async function findGamestats(places = PLACES): Promise<string[]> {
  const homes = (await Promise.all(places.map(({ root, depth }) => foldersBelow(root, depth)))).flat()
  const found: { dir: string; at: number }[] = []
  // The home of a user and the game's own below it lead to the same folder.
  for (const mod of new Set(homes.flatMap(home => TAILS.map(tail => join(home, tail))))) {
    const game = await stat(mod).catch(() => null)
    if (!game?.isDirectory()) continue
    const folder = await stat(join(mod, 'gamestats')).catch(() => null)
    // Many a program has a folder called legacy: without gamestats it must be the game's own.
    const isGame = folder?.isDirectory() || mod.includes('etlegacy')
    if (isGame) found.push({ dir: join(mod, 'gamestats'), at: folder?.mtimeMs ?? 0 })
  }
  return found.sort((a, b) => b.at - a.at).map(({ dir }) => dir)
}

async function foldersBelow(root: string, depth: number): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  const inside = entries.filter(entry => entry.isDirectory()).map(({ name }) => join(root, name))
  if (depth === 1) return [root, ...inside]
  return [...inside, ...(await Promise.all(inside.map(dir => foldersBelow(dir, depth - 1)))).flat()]
}
