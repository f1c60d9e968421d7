import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const ROOT = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'debrief-programs-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const made = new Map<string, Promise<string>>()

/**
 * A program of the repository, by its path, as JavaScript that Node runs by itself: a process starts in a third of the
 * time that it takes to load each module as TypeScript. Made once for each process that runs tests.
 */
export function programFile(path: string): Promise<string> {
  const known = made.get(path) ?? bundle(path)
  made.set(path, known)
  return known
}

async function bundle(path: string): Promise<string> {
  const name = path.replace(/\W/g, '-')
  await build({
    entryPoints: { [name]: join(ROOT, path) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported only when it is needed stays aside.
    splitting: true,
    format: 'esm',
    platform: 'node',
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [ourOwn],
  })
  return join(folder, `${name}.mjs`)
}

/** Packages stay where they are, and every module of ours still knows the place of its source. */
const ourOwn: Plugin = {
  name: 'our own modules',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === ourOwn || path.startsWith('node:') || from.kind === 'entry-point') return undefined
      const found = await resolve(path, { ...from, pluginData: ourOwn })
      const isOurs = found.path.endsWith('.ts')
      return isOurs || found.external ? found : { path: pathToFileURL(found.path).href, external: true }
    })
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const url = JSON.stringify(pathToFileURL(path).href)
      return { loader: 'ts', contents: source.replaceAll('import.meta.url', url) }
    })
  },
}
