import { createRequire } from 'node:module'
import { GlobalFonts } from '@napi-rs/canvas'

const require = createRequire(import.meta.url)

interface Font {
  family: string
  files: string[]
}

/** Letters of names and words, in two weights. */
export const INTER: readonly Font[] = [
  ...['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'greek-ext', 'vietnamese'],
].map(inter)

/** The bundled fonts, in the order in which a letter is looked for. */
export const FONTS: readonly Font[] = [
  ...INTER,
  {
    family: 'Report Emoji',
    files: ['@fontsource/noto-color-emoji/files/noto-color-emoji-emoji-400-normal.woff2'],
  },
  {
    family: 'Report Symbols',
    files: ['@fontsource/noto-sans-symbols-2/files/noto-sans-symbols-2-symbols-400-normal.woff2'],
  },
  // Pixel letters, but of all living scripts: better than a box.
  { family: 'Report Unifont', files: ['@fontsource/unifont/files/unifont-latin-400-normal.woff2'] },
]

/** What `context.font` takes: each letter is drawn with the first font that has it. */
export const FONT_FAMILIES = FONTS.map(({ family }) => `"${family}"`).join(', ')

function inter(subset: string): Font {
  const file = (weight: number) => `@fontsource/inter/files/inter-${subset}-${weight}-normal.woff2`
  return { family: `Report Inter ${subset}`, files: [file(400), file(700)] }
}

/** Letters that Inter has, every one: of most names, and of nearly all that pictures say by themselves. */
export const PLAIN = /^[ -~\u00a1-\u00ac\u00ae-\u0148\u014a-\u017eΑ-ΡΣ-Ωα-ωЁА-яё–—‘’“”…]*$/u

/**
 * Registers the fonts that a text needs; without them it silently vanishes. Emoji, symbols and the scripts of the whole
 * world take 0.6 s of the processor, once, and tens of megabytes: only where a letter is not plain.
 */
export function loadFontsFor(text: string): void {
  for (const { family, files } of PLAIN.test(text) ? INTER : FONTS) {
    if (GlobalFonts.has(family)) continue
    for (const file of files) {
      const path = fontPath(file)
      if (!GlobalFonts.registerFromPath(path, family)) throw new Error(`The font ${path} could not be read.`)
    }
  }
}

export function fontPath(file: string): string {
  return require.resolve(file)
}
