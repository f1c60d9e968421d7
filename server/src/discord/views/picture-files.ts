import type { RawFile } from 'discord.js'

/** The two pictures as Discord takes them. */
export function pictureFiles({
  performance,
  efficiency,
}: {
  performance: Buffer
  efficiency: Buffer
}): RawFile[] {
  return [
    { name: 'performance.png', data: performance, contentType: 'image/png' },
    { name: 'efficiency.png', data: efficiency, contentType: 'image/png' },
  ]
}
