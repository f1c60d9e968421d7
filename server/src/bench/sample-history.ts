import { type SampleFile, sampleFiles } from '../sample/sample-files.ts'

/** So far apart that one turn's rounds are no neighbours of the next one's. */
export const DAYS_APART = 5
const DAY_MS = 86_400_000

/** A history of `count` different rounds: the sample evening over and over, each time five days earlier. */
export function sampleHistory(count: number): SampleFile[] {
  const samples = sampleFiles()
  const files: SampleFile[] = []
  for (let turn = 0; files.length < count; turn += 1) {
    for (const { name, content } of samples.slice(0, count - files.length)) {
      const day = new Date(Date.parse(name.slice(0, 10)) - turn * DAYS_APART * DAY_MS)
      files.push({ name: day.toISOString().slice(0, 10) + name.slice(10), content })
    }
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1))
}
