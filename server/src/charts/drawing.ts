import { createHash } from 'node:crypto'
import type { ComparisonData } from './compare-picture.ts'
import type { LinesData } from './lines-picture.ts'
import type { PictureData } from './picture-data.ts'

/** What the process that draws can be asked to draw: values alone, no rows and no functions. */
export type Drawing =
  /** Two pictures. */
  | { kind: 'session'; data: PictureData }
  | { kind: 'lines'; data: LinesData }
  | { kind: 'comparison'; data: ComparisonData }

/** Equal data, equal pictures: the key of the cache. */
export function drawingDigest(drawing: Drawing): string {
  return createHash('sha256').update(JSON.stringify(drawing)).digest('hex')
}
