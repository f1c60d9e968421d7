import { parentPort } from 'node:worker_threads'
import { efficiencyPicture } from './efficiency-picture.ts'
import { encodePng } from './encode-png.ts'
import { performancePicture } from './performance-picture.ts'
import type { PictureData } from './picture-data.ts'

/** A thread of its own: the API answers while this draws. One request at a time. */
export interface DrawRequest {
  data: PictureData
}

export type DrawAnswer = { performance: Uint8Array; efficiency: Uint8Array } | { error: string }

// Loads every font, and draws for nobody, so that the first real picture does not wait 0.5 s for them.
performancePicture({ title: 'Aaž жα🔥★', subtitle: '', players: [], rest: null })

parentPort?.on('message', ({ data }: DrawRequest) => {
  draw(data).then(
    pictures => answer(pictures),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  )
})

function answer(message: DrawAnswer): void {
  parentPort?.postMessage(message)
}

async function draw(data: PictureData) {
  const [performance, efficiency] = await Promise.all([
    encodePng(performancePicture(data)),
    encodePng(efficiencyPicture(data)),
  ])
  return { performance, efficiency }
}
