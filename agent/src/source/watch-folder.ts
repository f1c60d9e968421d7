import { type Stats, statSync } from 'node:fs'
import { basename } from 'node:path'
import { FSWatcher } from 'chokidar'
import type { HintListener } from './source.ts'

/** How often the folder itself is looked at: is it there, is it the same one, were names added? */
const LOOK_MS = 2_000

/**
 * Hints from the kernel through chokidar, which watches the folder alone. It is deaf once its folder was removed,
 * recreated or re-linked, and to network disks that send no events: so the folder itself is looked at every two
 * seconds, and watched anew where it is another one. Each watch begins with `onFolder`: what came before is not told.
 */
export function watchFolder(dir: string, listener: HintListener, signal: AbortSignal): void {
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

  if (signal.aborted) return
  look()
  const timer = setInterval(look, LOOK_MS)
  const stop = () => {
    clearInterval(timer)
    void watcher?.close()
  }
  signal.addEventListener('abort', stop, { once: true })
}

/**
 * chokidar without its own look at what lies in the folder. It would look at every file when it starts and after each
 * event, and set a watch on each: beside 20 000 files that is 20 000 looks for one new round. The kernel names the
 * file with the event, and the scan is what makes sure.
 */
class FolderWatcher extends FSWatcher {
  override _readdirp(): undefined {}
}

function startWatcher(
  dir: string,
  listener: HintListener,
  { onEvent, onMoved }: { onEvent: () => void; onMoved: () => void },
): FSWatcher {
  const watcher = new FolderWatcher()
  watcher.on('raw', (_event, name) => {
    onEvent()
    // The folder's own name: it was removed or moved, and this watch is deaf from now on.
    if (name === basename(dir)) onMoved()
    else if (name) listener.onName(name)
    else listener.onFolder()
  })
  watcher.on('ready', () => listener.onFolder())
  // No watches left on this host, or a file system without them: the look and the full scan do it alone.
  watcher.on('error', () => {
    void watcher.close()
    listener.onFolder()
  })
  return watcher.add(dir)
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
