import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { createInstrumenter } from 'istanbul-lib-instrument'
import { type Counters, type Coverage, createCoverage } from './coverage.ts'

const SERVER = join(import.meta.dirname, '../../server')
/** From here the packages of the server are found. */
const BUILT = join(SERVER, 'node_modules/.cache/fuzz')

export interface Counted<Subject> {
  subject: Subject
  coverage: Coverage
}

/**
 * Loads modules of the server with a counter in each statement and branch, so that every single input tells which ways
 * it took. `entry`: the text of a module in the server's folder; `packages`: whose code is counted as well.
 */
export async function loadCounted<Subject>(
  entry: string,
  packages: string[] = [],
): Promise<Counted<Subject>> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: SERVER, loader: 'ts' },
    ...{ bundle: true, write: false, format: 'esm', platform: 'node', target: 'node20' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [leavePackages(['@debrief/shared', ...packages])],
  })
  const name = `fuzz-${process.pid}-${createHash('sha256').update(entry).digest('hex').slice(0, 8)}`
  const instrumenter = createInstrumenter({
    ...{ esModules: true, compact: true, coverageVariable: name },
    ...{ coverageGlobalScope: 'globalThis', coverageGlobalScopeFunc: false },
  })
  const code = instrumenter.instrumentSync(outputFiles[0]?.text ?? '', name)
  const file = join(BUILT, `${name}.mjs`)
  await mkdir(BUILT, { recursive: true })
  await writeFile(file, code)
  try {
    const subject = (await import(pathToFileURL(file).href)) as Subject
    const counters = (Reflect.get(globalThis, name) as Record<string, Counters>)[name]
    if (!counters) throw new Error(`The code of ${name} does not count.`)
    return { subject, coverage: createCoverage(counters) }
  } finally {
    await rm(file)
  }
}

/** Packages stay as they are, but for those that are named. */
function leavePackages(counted: string[]): Plugin {
  return {
    name: 'leave-packages',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' || counted.some(name => path === name || path.startsWith(`${name}/`))
          ? undefined
          : { path, external: true },
      )
    },
  }
}
