import { readFileSync } from 'node:fs'

/**
 * Calls `end` once when a package manager's script (`npm start`, `npx pnpm demo`) started this process and one of the
 * processes between it and the user is gone: npm and pnpm, when terminated, leave behind what they started. A process
 * that was started in another way (systemd, a shell's `&`) lives on without its parent, as usual.
 */
export function endWithParent(end: () => void, everyMs = 500): void {
  if (process.env.npm_lifecycle_event === undefined) return
  const wrappers = findWrappers()
  const watch = setInterval(() => {
    if (wrappers.every(({ child, parent }) => parentOf(child) === parent)) return
    clearInterval(watch)
    end()
  }, everyMs)
  watch.unref()
}

interface Link {
  child: number
  parent: number
}

/** From this process upwards, as long as the parent only exists to run us. The first one always does. */
function findWrappers(): Link[] {
  const links: Link[] = [{ child: process.pid, parent: process.ppid }]
  for (let parent = process.ppid; isWrapper(parent); ) {
    const next = parentOf(parent)
    if (next === undefined || next <= 1) break
    links.push({ child: parent, parent: next })
    parent = next
  }
  // The uppermost link is to the user's own shell, whose end is none of our business (`nohup npm start &`).
  return links.length > 1 ? links.slice(0, -1) : links
}

/** npm, npx, pnpm or the shell that they run a script in, as the kernel tells; where there is no /proc, nobody. */
function isWrapper(pid: number): boolean {
  const words = read(`/proc/${pid}/cmdline`).split('\0').join(' ')
  return /^(\S*\/)?(ba|da|a)?sh -c /.test(words) || /(^|[\s/])(npm|npx|pnpm)(\b|-cli)/.test(words)
}

function parentOf(pid: number): number | undefined {
  if (pid === process.pid) return process.ppid
  // `123 (name, which may hold anything) S 122 …`
  const field = /^\d+ \([\s\S]*\) \S (\d+) /.exec(read(`/proc/${pid}/stat`))?.[1]
  return field === undefined ? undefined : Number(field)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
