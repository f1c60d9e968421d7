import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface SampleFile {
  name: string
  content: Buffer
}

/**
 * One game night, six against six, ten maps, over midnight: written by the game server's own scripts, unmodified, over
 * simulated fights. The bytes are what servers write. Whoever shows them says so.
 */
const FOLDER = fileURLToPath(new URL('../../sample/evening/', import.meta.url))

/** The zone of the host that wrote them. */
export const SAMPLE_ZONE = 'Europe/Ljubljana'

/** In the order in which they were written. */
export function sampleFiles(): SampleFile[] {
  return readdirSync(FOLDER)
    .sort()
    .map(name => ({ name, content: readFileSync(FOLDER + name) }))
}
