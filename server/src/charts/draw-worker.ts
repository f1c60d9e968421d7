import { parentPort } from 'node:worker_threads'
import { efficiencyPicture } from './efficiency-picture.ts'
import { encodePng } from './encode-png.ts'
import { performancePicture } from './performance-picture.ts'
import type { PictureData } from './picture-data.ts'

/** A thread of its own: the API answers while this draws. */
export interface DrawRequest {
  id: number
  data: PictureData
}

export type DrawAnswer =
  | { id: number; performance: Uint8Array; efficiency: Uint8Array }
  | { id: number; error: string }

// Loads every font, and draws for nobody, so that the first real picture does not wait 0.5 s for them.
performancePicture({ title: 'Aaž жα🔥★', subtitle: '', players: [], rest: null })

parentPort?.on('message', ({ id, data }: DrawRequest) => {
  draw(data).then(
    pictures => parentPort?.postMessage({ id, ...pictures } satisfies DrawAnswer),
    (error: unknown) =>
      parentPort?.postMessage({
        id,
        error: error instanceof Error ? error.message : String(error),
      } satisfies DrawAnswer),
  )
})

async function draw(data: PictureData) {
  const [performance, efficiency] = await Promise.all([
    encodePng(performancePicture(data)),
    encodePng(efficiencyPicture(data)),
  ])
  return { performance, efficiency }
}
