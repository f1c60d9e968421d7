import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { etColourStyle } from './et-colours.ts'

interface Asset {
  /** `/assets/<digest>-<name>`: other bytes have another address, so a browser may keep it for ever. */
  url: string
  type: string
  body: Buffer
}

export type AssetName = 'style.css' | 'sort-table.js' | 'live.js' | 'upload.js' | 'file-line.js' | 'icon.svg'

export function assetUrl(name: AssetName): string {
  const asset = assets().get(name)
  if (!asset) throw new Error(`The page asset ${name} is missing from this installation.`)
  return asset.url
}

/** All that the pages load, by address. Nothing comes from anywhere else. */
export function assetsByUrl(): Map<string, Asset> {
  return new Map([...assets().values()].map(asset => [asset.url, asset]))
}

const SCRIPT = 'text/javascript; charset=utf-8'

/** The parts of the style sheet in their order: a later rule wins over an equal one before it. */
const STYLES = [
  ...['colours', 'frame', 'people', 'score', 'maps', 'tables', 'pictures', 'awards', 'line-ups'],
  ...['checks', 'sessions', 'upload', 'docs', 'players'],
]

/** Files of this installation: the same for every server in this process, read when first asked for. */
let read: ReadonlyMap<string, Asset> | undefined

function assets(): ReadonlyMap<string, Asset> {
  read ??= readAssets()
  return read
}

function readAssets(): Map<string, Asset> {
  const found = new Map<string, Asset>()
  const add = (name: string, type: string, body: Buffer) => {
    const digest = createHash('sha256').update(body).digest('hex').slice(0, 12)
    const asset = { url: `/assets/${digest}-${name}`, type, body }
    found.set(name, asset)
    return asset
  }
  const own = (name: string) => readFileSync(new URL(`./assets/${name}`, import.meta.url))
  const faces = fonts().map(({ name, weight, range, body }) => {
    const { url } = add(name, 'font/woff2', body)
    return `@font-face{font-family:Inter;font-weight:${weight};font-display:swap;src:url(${url}) format("woff2");unicode-range:${range}}`
  })
  add(
    'style.css',
    'text/css; charset=utf-8',
    Buffer.from([...faces, ...STYLES.map(name => own(`style/${name}.css`)), etColourStyle()].join('\n')),
  )
  const { url: sortTable } = add('sort-table.js', SCRIPT, own('sort-table.js'))
  add('live.js', SCRIPT, Buffer.from(withImport(own('live.js').toString(), './sort-table.js', sortTable)))
  const { url: fileLine } = add('file-line.js', SCRIPT, own('file-line.js'))
  add('upload.js', SCRIPT, Buffer.from(withImport(own('upload.js').toString(), './file-line.js', fileLine)))
  add('icon.svg', 'image/svg+xml', own('icon.svg'))
  return found
}

/** A script that imports another one imports it by the address that holds its digest. */
function withImport(script: string, from: string, url: string): string {
  const parts = script.split(`'${from}'`)
  if (parts.length !== 2) throw new Error(`A page's script was expected to import '${from}' once.`)
  return parts.join(`'${url}'`)
}

/** Inter, for the scripts that names are written in; a browser loads only those that a page uses. */
function fonts(): { name: string; weight: number; range: string; body: Buffer }[] {
  const folder = dirname(createRequire(import.meta.url).resolve('@fontsource/inter/package.json'))
  const ranges: Record<string, string> = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8'))
  return ['latin', 'latin-ext', 'cyrillic', 'greek'].flatMap(subset =>
    [400, 600, 700].map(weight => {
      const name = `inter-${subset}-${weight}-normal.woff2`
      return { name, weight, range: ranges[subset] ?? '', body: readFileSync(join(folder, 'files', name)) }
    }),
  )
}
