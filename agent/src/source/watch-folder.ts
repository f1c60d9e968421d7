import { type FSWatcher, type Stats, statSync, watch } from 'node:fs'
import { basename } from 'node:path'

/** How often the folder itself is looked at: is it there, is it the same one, were names added? */
const LOOK_MS = 2_000

/**
 * Hints from the kernel, by one watch on the folder. (chokidar sets one per file: 5 000 files made 5 001 inotify
 * watches and 40 MB of memory; this one makes 1 and nothing that can be measured.) A folder that is absent, removed,
 * recreated or re-linked is found by a look every two seconds, which also serves network disks that send no events.
 */
export function watchFolder(dir: string, onHint: (name: string | null) => void, signal: AbortSignal): void {
  if (signal.aborted) return
  let watcher: FSWatcher | null = null
  let seen: Stats | null = null
  let heard = false

  function look(): void {
    const now = lookAt(dir)
    if (!isSameFolder(seen, now)) {
      watcher?.close()
      heard = false
      watcher = now ? startWatcher() : null
      seen = now
      if (now) onHint(null)
    } else if (now && seen && now.mtimeMs !== seen.mtimeMs) {
      seen = now
      // The kernel's events have named the new files by now: only where there are none must everything be looked at.
      if (!watcher || !heard) onHint(null)
      heard = false
    }
  }

  function lookAnew(): void {
    seen = null
    look()
  }

  function startWatcher(): FSWatcher | null {
    try {
      const started = watch(dir, { persistent: false }, (_event, name) => {
        heard = true
        // The folder's own name: it was removed or moved, and this watch is deaf from now on.
        if (name === basename(dir)) lookAnew()
        else onHint(typeof name === 'string' ? name : null)
      })
      started.on('error', () => started.close())
      return started
    } catch {
      // No watches left on this host, or a file system without them: the look and the full scan do it alone.
      return null
    }
  }

  look()
  const timer = setInterval(look, LOOK_MS)
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(timer)
      watcher?.close()
    },
    { once: true },
  )
}

function lookAt(dir: string): Stats | null {
  try {
    return statSync(dir, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

function isSameFolder(a: Stats | null, b: Stats | null): boolean {
  if (!a || !b) return a === b
  // Inode numbers are used again at once, so the time of birth counts too.
  return a.ino === b.ino && a.dev === b.dev && a.birthtimeMs === b.birthtimeMs
}
