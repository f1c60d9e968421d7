import type { BarPlayer } from './picture-data.ts'

/** Bots are marked, as everywhere. */
export function playerName({ name, isBot }: BarPlayer): string {
  return isBot ? `🤖 ${name}` : name
}
