import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { digestFile, sourcesDigest } from './is-built.ts'
import { licencesOf } from './licences.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/** A program that is downloaded by hand to small hosts. */
const MAX_BYTES = 2 * 1024 * 1024

export interface MadeAgent {
  program: string
  /** The licences of what it contains, which stand at its end, too. */
  notices: string
  /** Of which sources it was made; null: there are none here. */
  sources: string | null
}

/** Makes the one file, and THIRD-PARTY-NOTICES beside it. */
export async function buildAgent(file: string): Promise<{ file: string; bytes: number }> {
  const made = await makeAgent()
  await writeAgent(file, made)
  return { file, bytes: Buffer.byteLength(made.program) }
}

/**
 * The whole agent as one file that needs Node and nothing else. Two of the same sources are equal byte by byte: nothing
 * of the time, the machine or its paths goes in. Throws if it does not build, or if it is larger than 2 MB.
 */
export async function makeAgent(): Promise<MadeAgent> {
  const sources = await sourcesDigest()
  const result = await build({
    absWorkingDir: PACKAGE,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/debrief-agent.cjs',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
    write: false,
    banner: { js: BANNER },
    plugins: [withoutOptional, clientOfUndici],
  })
  const notices = await licencesOf(Object.keys(result.metafile.inputs).map(input => join(PACKAGE, input)))
  const program = `${result.outputFiles[0]?.text ?? ''}\n/*\n${notices.replaceAll('*/', '* /')}*/\n`
  const bytes = Buffer.byteLength(program)
  if (bytes > MAX_BYTES) throw new Error(`The agent would have ${bytes} bytes; the limit is ${MAX_BYTES}.`)
  return { program, notices, sources }
}

/** Aside and renamed: whoever reads it meanwhile has the old file or the new one. */
export async function writeAgent(file: string, { program, notices, sources }: MadeAgent): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await replaceFile(join(dirname(file), 'THIRD-PARTY-NOTICES'), notices, 0o644)
  await replaceFile(file, program, 0o755)
  if (sources !== null) await replaceFile(digestFile(file), sources, 0o644)
}

/** Before anything that an older Node could stumble over; a person who meets it is told what to do. */
const BANNER = `#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write('debrief-agent needs Node 20 or newer. This is ' + process.versions.node + ' (' + process.execPath +
    '), as Debian 12 has it. A newer one: https://nodejs.org/en/download\\n')
  process.exit(2)
}`

/** What is optional and asked for in a try: ssh2's native speed-ups, and HTTP/2 for undici, which is never spoken. */
const withoutOptional: Plugin = {
  name: 'without-optional',
  setup(bundle) {
    bundle.onResolve({ filter: /\.node$|^cpu-features$|^node:http2$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }))
    bundle.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: 'throw new Error("This part is left out of the one-file build.")',
    }))
  },
}

/** Of undici only the client: without its fetch, WebSocket, caches and mocks the agent needs six megabytes less. */
const clientOfUndici: Plugin = {
  name: 'client-of-undici',
  setup(bundle) {
    bundle.onResolve({ filter: /^undici$/ }, () => ({ path: join(PACKAGE, 'build/undici-client.cjs') }))
  },
}

async function replaceFile(file: string, content: string, mode: number): Promise<void> {
  const aside = join(dirname(file), `.${basename(file)}.${process.pid}.new`)
  try {
    await writeFile(aside, content, { mode })
    await rename(aside, file)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}
