import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { removeOlder } from './remove-older.ts'

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
const TAKEN_IN = ['kysely', 'openskill']

/** Makes all programs in `folder`, which appears whole or not at all. Throws where it cannot be written. */
export async function buildPrograms(folder: URL): Promise<void> {
  const place = fileURLToPath(folder).replace(/[\\/]$/, '')
  const making = `${place}.${randomUUID()}`
  await mkdir(making, { recursive: true })
  try {
    const entryPoints = PROGRAMS.map(path => ({ in: join(SOURCES, `${path}.ts`), out: path }))
    await bundlePrograms({ entryPoints, outdir: making, home: folder })
    await rename(making, place).catch(error => {
      // Somebody was faster, and made the same.
      if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  await removeOlder(place)
}

interface Bundle {
  /** A source, and the path of what is made of it, without its ending. */
  entryPoints: { in: string; out: string }[]
  outdir: string
  /** Where it will lie. */
  home: URL
}

/** Our own modules as JavaScript that Node runs by itself, with the place of each source for stack traces. */
export async function bundlePrograms({ entryPoints, outdir, home }: Bundle): Promise<void> {
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
    logLevel: 'warning',
    define: { PROGRAMS_FOLDER: JSON.stringify(home.href) },
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
      const isTakenIn = found.path.endsWith('.ts') || TAKEN_IN.includes(path)
      return isTakenIn || found.external ? found : { path: pathToFileURL(found.path).href, external: true }
    })
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const url = JSON.stringify(pathToFileURL(path).href)
      return { loader: 'ts', contents: source.replaceAll('import.meta.url', url) }
    })
  },
}
