type Rgb = readonly [red: number, green: number, blue: number]

/** The game's table of 32 colours, 0-1. `^c` names the one at (c - '0') & 31, so `^a` is `^A`. */
const ET_COLOURS: readonly Rgb[] = [
  [0, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
  [1, 1, 0],
  [0, 0, 1],
  [0, 1, 1],
  [1, 0, 1],
  [1, 1, 1],
  [1, 0.5, 0],
  [0.5, 0.5, 0.5],
  [0.75, 0.75, 0.75],
  [0.75, 0.75, 0.75],
  [0, 0.5, 0],
  [0.5, 0.5, 0],
  [0, 0, 0.5],
  [0.5, 0, 0],
  [0.5, 0.25, 0],
  [1, 0.6, 0.1],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0, 0.5, 1],
  [0.5, 0, 1],
  [0.2, 0.6, 0.8],
  [0.8, 1, 0.8],
  [0, 0.4, 0.2],
  [1, 0, 0.2],
  [0.7, 0.1, 0.1],
  [0.6, 0.2, 0],
  [0.8, 0.6, 0.2],
  [0.6, 0.6, 0.2],
  [1, 1, 0.75],
  [1, 1, 0.5],
]

/** The worst background that a name stands on, by theme: the style sheet uses none that is nearer to the text. */
export const NAME_BACKGROUNDS = { dark: '#2a313b', light: '#ebe8df' } as const

/** WCAG AA asks for 4.5 : 1. */
const CONTRAST = 4.6

/** Which of the colours `^c` means: the character after the caret decides. */
export function etColour(code: string): number {
  return ((code.codePointAt(0) ?? 0) - 48) & 31
}

/**
 * A class for each colour. Its hue is the game's, its lightness is moved until a name can be read on our backgrounds:
 * black names on a dark page, yellow ones on a light one.
 */
export function etColourStyle(): string {
  const rules = (theme: keyof typeof NAME_BACKGROUNDS) =>
    ET_COLOURS.map((colour, index) => `.c${index}{color:${readableColour(colour, theme)}}`).join('')
  return `${rules('dark')}\n@media (prefers-color-scheme: light){${rules('light')}}\n`
}

function readableColour(colour: Rgb, theme: keyof typeof NAME_BACKGROUNDS): string {
  const background = rgbOf(NAME_BACKGROUNDS[theme])
  const goal = theme === 'dark' ? 1 : 0
  let mixed = colour
  for (let part = 0; contrast(mixed, background) < CONTRAST && part <= 1; part += 0.02) {
    const mix = (channel: number) => channel + (goal - channel) * part
    mixed = [mix(colour[0]), mix(colour[1]), mix(colour[2])]
  }
  return hex(mixed)
}

/** WCAG's contrast of two colours, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05)
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number) =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

export function rgbOf(colour: string): Rgb {
  const channel = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16) / 255
  return [channel(1), channel(3), channel(5)]
}

function hex(colour: Rgb): string {
  return `#${colour
    .map(channel =>
      Math.round(channel * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}
