import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { makeFolder } from './make-folder.ts'

const SOURCES = resolve(import.meta.dirname, '../src')

/** What is loaded into a process of its own, below server/src. */
const PROGRAMS = [
  'main',
  'charts/draw-worker',
  'cli/main',
  'demo/main',
  'bench/main',
  'bench/push-worker',
  'bench/scale/scale-worker',
  'bench/seed/main',
]

/** Packages of a hundred small modules that nobody but us imports: in one file they are read in a third of the time. */
const TAKEN_IN = /^(?:kysely|openskill|@stdlib\/.*)$/

/** Makes all programs in `folder`, which appears whole or not at all. Throws where it cannot be written. */
export function buildPrograms(folder: URL): Promise<void> {
  const entryPoints = PROGRAMS.map(path => ({ in: join(SOURCES, `${path}.ts`), out: path }))
  return makeFolder(folder, outdir => bundlePrograms({ entryPoints, outdir, home: folder }))
}

interface Bundle {
  /** A source, and the path of what is made of it, without its ending. */
  entryPoints: { in: string; out: string }[]
  outdir: string
  /** Where the server's programs will lie. */
  home: URL
  /** Names that what is made finds defined, as JSON. */
  define?: Record<string, string>
}

/** Our own modules as JavaScript that Node runs by itself, with the place of each source for stack traces. */
export async function bundlePrograms({ entryPoints, outdir, home, define }: Bundle): Promise<void> {
  await build({
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported only when it is needed stays aside.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    define: {
      ...{ PROGRAMS_FOLDER: JSON.stringify(home.href), ...define },
      ...{ 'import.meta.url': 'SOURCE_URL', 'import.meta.dirname': 'SOURCE_FOLDER' },
    },
    plugins: [ourOwn],
  })
}

/** Packages stay where they are, and every module of ours still knows the place of its source. */
const ourOwn: Plugin = {
  name: 'our own modules',
  setup({ onResolve, onLoad, resolve: resolvePath }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === ourOwn || path.startsWith('node:') || from.kind === 'entry-point') return undefined
      const found = await resolvePath(path, { ...from, pluginData: ourOwn })
      const isTakenIn = found.path.endsWith('.ts') || TAKEN_IN.test(path)
      return isTakenIn || found.external ? found : { path: pathToFileURL(found.path).href, external: true }
    })
    onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const url = JSON.stringify(pathToFileURL(path).href)
      const place = `const SOURCE_URL = ${url}, SOURCE_FOLDER = ${JSON.stringify(dirname(path))};`
      // On the first line, so that every other keeps its number.
      return { loader: 'ts', contents: source.includes('import.meta') ? `${place} ${source}` : source }
    })
  },
}
