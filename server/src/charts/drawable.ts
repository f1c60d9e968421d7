/**
 * A name with `·` for the letters that no bundled font has a shape for: those of private use, those of the scripts and
 * signs beyond the Basic Multilingual Plane that are not emoji, and those that Unicode has not assigned.
 */
export function drawable(name: string): string {
  return [...name].map(letter => (SHAPED.test(letter) ? letter : '·')).join('')
}

// The last are the tags that flags of lands such as Wales are spelled with.
const SHAPED =
  /^(?:[^\p{Co}\p{Cn}\u{10000}-\u{10ffff}]|\p{Emoji}|[\u{e0062}\u{e0063}\u{e0065}\u{e0067}\u{e006c}\u{e006e}\u{e0073}\u{e0074}\u{e0077}\u{e007f}])$/u
