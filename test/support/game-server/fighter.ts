import type { Fighter } from './client.ts'

/** Names as people have them, and as they try what happens. */
const NAMES = [
  ...['^1Ann', 'Ból|x', 'Χάρης', "'; drop table rounds; --", '<img src=x onerror=alert(1)>', '@everyone'],
  ...['^^1x^^0rnn', '^d{^eHé^dron}', 'Ω≈ç', 'tab_less', '^7%s%n', 'Ünï  çode'],
]

/** The same person by the same number. */
export function fighter(index: number): Fighter {
  const guid = ((index + 1) * 0x1f3d5b79).toString(16).toUpperCase().padStart(8, 'A').slice(-8)
  return { guid: `${guid}${'0'.repeat(24)}`, name: NAMES[index % NAMES.length] ?? '', taste: index }
}
