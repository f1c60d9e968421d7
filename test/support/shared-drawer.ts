import { pino } from 'pino'
import { type PictureDrawer, pictureDrawer } from '../../server/src/charts/draw-pictures.ts'

let drawer: PictureDrawer | undefined

/**
 * The pictures of all tests in this process that only want some: a process with all fonts takes half a second to start, so
 * it is started once, by the first that asks. It keeps no process alive.
 */
export const sharedDrawer: Pick<PictureDrawer, 'draw' | 'drawOne'> = {
  draw: (...order) => theDrawer().draw(...order),
  drawOne: (...order) => theDrawer().drawOne(...order),
}

function theDrawer(): PictureDrawer {
  drawer ??= pictureDrawer({ log: pino({ level: 'silent' }) })
  return drawer
}
