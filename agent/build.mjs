// Builds dist/debrief-agent.cjs: the whole agent in one file that needs Node and nothing else. Two builds of the same
// sources are equal byte by byte: nothing of the time, the machine or its paths goes in.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const outfile = process.argv[2] ? resolve(process.argv[2]) : join(here, 'dist/debrief-agent.cjs')

/** ssh2's native speed-ups are optional and asked for in a try: here they are "not installed". */
const withoutNative = {
  name: 'without-native',
  setup(bundle) {
    bundle.onResolve({ filter: /\.node$|^cpu-features$/ }, ({ path }) => ({ path, namespace: 'left-out' }))
    bundle.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: 'throw new Error("The native part is left out of the one-file build.")',
    }))
  },
}

const result = await build({
  absWorkingDir: here,
  entryPoints: ['src/cli/main.ts'],
  outfile,
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
  banner: { js: '#!/usr/bin/env node' },
  plugins: [withoutNative],
})

const [output] = result.outputFiles
const licences = collectLicences(Object.keys(result.metafile.inputs))
mkdirSync(dirname(outfile), { recursive: true })
writeFileSync(outfile, `${output.text}${licences}`, { mode: 0o755 })
const bytes = Buffer.byteLength(output.text) + Buffer.byteLength(licences)
process.stdout.write(`${relative(process.cwd(), outfile)}: ${Math.round(bytes / 1024)} KiB\n`)
if (bytes > 2 * 1024 * 1024) {
  process.stderr.write('The one file is larger than 2 MB.\n')
  process.exitCode = 1
}

/** The licences of the packages that are in it, as comments at its end. */
function collectLicences(inputs) {
  const folders = new Set()
  for (const input of inputs) {
    const parts = join(here, input).split(sep)
    const at = parts.lastIndexOf('node_modules')
    if (at < 0) continue
    folders.add(parts.slice(0, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join(sep))
  }
  const texts = new Map()
  for (const folder of folders) {
    const { name, version, license, licenses } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    )
    // Older packages have a list.
    const kind = license ?? licenses?.map(({ type }) => type).join(', ')
    texts.set(`${name} ${version}`, `${name} ${version} (${kind})\n\n${licenceText(folder)}`)
  }
  const all = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  const body = all.join(`\n\n${'-'.repeat(80)}\n\n`).replaceAll('*/', '* /')
  return `\n/*\nThis file contains these packages, under their licences:\n\n${body}\n*/\n`
}

function licenceText(folder) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENCE', 'license', 'LICENSE.txt', 'license.md']) {
    try {
      return readFileSync(join(folder, name), 'utf8').replace(/\r\n/g, '\n').trim()
    } catch {
      // The next spelling.
    }
  }
  return '(The package has no licence file.)'
}
