import { type Stats, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isStatsFileName } from '@debrief/shared'
import { type FSWatcher, watch } from 'chokidar'
import type { HintListener, Watch } from './source.ts'

/** How often the folder itself is looked at: is it there, is it the same one, were names added? */
const LOOK_MS = 2_000
/** The game is done with a file long before: an older one needs no watch of its own. */
const FRESH_MS = 600_000

/**
 * Hints from the kernel through chokidar, which watches the folder and each fresh file in it: as many watches as there
 * are files under way, plus one (without the rules of `isIgnored` 5 000 old files made 5 002). It is deaf once its
 * folder was removed, recreated or re-linked, and to network disks that send no events: so the folder itself is looked
 * at every two seconds, and watched anew where it is another one.
 */
export function watchFolder(dir: string, listener: HintListener, signal: AbortSignal): Watch {
  let watcher: FSWatcher | null = null
  let seen: Stats | null = null
  let heard = false

  function look(): void {
    const now = lookAt(dir)
    if (!isSameFolder(seen, now)) {
      void watcher?.close()
      heard = false
      watcher = now ? startWatcher(dir, listener, { onEvent: () => (heard = true), onMoved: lookAnew }) : null
      seen = now
      if (now) listener.onFolder()
    } else if (now && seen && now.mtimeMs !== seen.mtimeMs) {
      seen = now
      // The kernel's events have named the new files by now: only where there are none must everything be looked at.
      if (!heard) listener.onFolder()
      heard = false
    }
  }

  function lookAnew(): void {
    seen = null
    look()
  }

  if (!signal.aborted) {
    look()
    const timer = setInterval(look, LOOK_MS)
    const stop = () => {
      clearInterval(timer)
      void watcher?.close()
    }
    signal.addEventListener('abort', stop, { once: true })
  }
  return {
    forget(name) {
      // `add` would open a closed one again.
      if (!watcher || watcher.closed) return
      const path = join(dir, name)
      // `unwatch` alone would keep the path in a list for ever; `add` takes it out, and ignores it by the rules.
      watcher.unwatch(path).add(path)
    },
  }
}

function startWatcher(
  dir: string,
  listener: HintListener,
  { onEvent, onMoved }: { onEvent: () => void; onMoved: () => void },
): FSWatcher {
  const watcher = watch(dir, {
    depth: 0,
    atomic: false,
    ignoreInitial: true,
    ignored: (path, stats) => isIgnored(basename(path), stats, listener),
  })
  // The kernel's own word, at once; chokidar's comes after it has read the whole folder.
  watcher.on('raw', (_event, name) => {
    onEvent()
    // The folder's own name: it was removed or moved, and this watch is deaf from now on.
    if (name === basename(dir)) onMoved()
    else if (name) listener.onName(name)
    else listener.onFolder()
  })
  watcher.on('add', path => listener.onName(basename(path)))
  watcher.on('change', path => listener.onName(basename(path)))
  watcher.on('ready', () => listener.onFolder())
  // No watches left on this host, or a file system without them: the look and the full scan do it alone.
  watcher.on('error', () => void watcher.close())
  return watcher
}

/** chokidar asks first by the path alone, and again with what it found there. */
function isIgnored(name: string, stats: Stats | undefined, { isDone }: HintListener): boolean {
  if (!stats) return isDone(name)
  if (stats.isDirectory()) return false
  // By our clock, which may be wrong: one that stands years behind must not make all files fresh.
  const isFresh = Math.abs(Date.now() - stats.mtimeMs) < FRESH_MS
  return !stats.isFile() || !isFresh || !isStatsFileName(name) || isDone(name)
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
