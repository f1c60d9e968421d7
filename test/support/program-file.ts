import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPrograms, bundlePrograms } from '../../server/build/build-programs.ts'
import { programsFolder } from '../../server/build/programs-folder.mjs'

const ROOT = resolve(import.meta.dirname, '../..')
const SERVER = 'server/src/'

/** Set in what was made ready of the tests: where that lies. */
declare const TESTS_FOLDER: string | undefined
const READY = typeof TESTS_FOLDER === 'string' ? TESTS_FOLDER : null

const made = new Map<string, Promise<string>>()
let folder: string | null = null

/**
 * A program of the repository, by its path, as JavaScript that Node runs by itself: a process starts in a third of the
 * time that it takes to load each module as TypeScript. The server's are those that its users start; those of tests were
 * made with the tests of a group, or are made once for the process that runs a file by itself.
 */
export function programFile(path: string): Promise<string> {
  const known = made.get(path) ?? make(path)
  made.set(path, known)
  return known
}

async function make(path: string): Promise<string> {
  const home = programsFolder()
  if (!existsSync(home)) await buildPrograms(home)
  if (path.startsWith(SERVER))
    return fileURLToPath(new URL(path.slice(SERVER.length).replace(/ts$/, 'mjs'), home))
  const ready = READY && fileURLToPath(new URL(path.replace(/ts$/, 'mjs'), READY))
  if (ready !== null && existsSync(ready)) return ready
  const out = path.replace(/\W/g, '-')
  await bundlePrograms({ entryPoints: [{ in: join(ROOT, path), out }], outdir: folderOfTests(), home })
  return join(folderOfTests(), `${out}.mjs`)
}

function folderOfTests(): string {
  if (folder !== null) return folder
  const made = mkdtempSync(join(tmpdir(), 'debrief-programs-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  folder = made
  return made
}
