import type { Canvas } from '@napi-rs/canvas'
import { comparePicture } from './compare-picture.ts'
import type { Drawing } from './drawing.ts'
import { efficiencyPicture } from './efficiency-picture.ts'
import { encodePng } from './encode-png.ts'
import { linesPicture } from './lines-picture.ts'
import { performancePicture } from './performance-picture.ts'

/** A process of its own: the API answers while this draws. One request at a time. */
export interface DrawRequest {
  drawing: Drawing
}

/** The pictures of the drawing, in order. Before the first of them, once: `ready`. */
export type DrawAnswer = { pictures: Uint8Array[] } | { error: string }

// A stop of the whole group (Ctrl-C, systemd) is the server's to end: it may still want the picture.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.once('disconnect', () => process.exit())
process.on('message', ({ drawing }: DrawRequest) => {
  Promise.all(draw(drawing).map(encodePng)).then(
    pictures => answer({ pictures }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  )
})
process.send?.('ready')

function answer(message: DrawAnswer): void {
  process.send?.(message)
}

function draw(drawing: Drawing): Canvas[] {
  switch (drawing.kind) {
    case 'session':
      return [performancePicture(drawing.data), efficiencyPicture(drawing.data)]
    case 'lines':
      return [linesPicture(drawing.data)]
    case 'comparison':
      return [comparePicture(drawing.data)]
  }
}
