/**
 * A name as it may be shown anywhere: what would steer a terminal, reorder its neighbours or cannot be seen is shown as
 * `·`. The joiners of emoji stay. A name with nothing to see in it is shown as its GUID.
 */
export function shownName(cleanName: string, guid: string): string {
  const name = shownText(cleanName)
  return VISIBLE.test(name) ? name : guid
}

/** The same for any text from a file, such as a host's name. */
export function shownText(text: string): string {
  return text.replace(INVISIBLE, '·')
}

// Control characters, line separators, marks of direction, fillers without a glyph, and halves of letters.
const INVISIBLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f/gu
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
