// Terminals obey C0 and C1 control bytes; the direction marks of Unicode reorder what stands beside them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A text of somebody else as it may be shown on a terminal: what would steer the terminal is shown as `·`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '·')
}

/** JSON that steers no terminal either: nothing is lost, as the escapes read back as what they stand for. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, character =>
    // Between values it lays the text out.
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
