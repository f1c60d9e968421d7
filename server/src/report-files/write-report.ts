import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sessionCards } from '../cards/session-cards.ts'
import { pictureDrawer } from '../charts/draw-pictures.ts'
import type { Logger } from '../log/logger.ts'
import type { SessionReport } from '../report/session-report.ts'
import { textReport } from '../report/text-report.ts'

interface Context {
  log: Logger
  /** The origin of the pages, for the links of the cards; null: no links. */
  publicUrl: string | null
}

/**
 * Every form of a report as a file in `dir`, which is made where it is missing: the model, the embeds (a list of
 * messages), the two pictures and the text. Gives the names of the files.
 */
export async function writeReport(
  { log, publicUrl }: Context,
  report: SessionReport,
  dir: string,
): Promise<string[]> {
  const drawer = pictureDrawer({ log })
  try {
    const { performance, efficiency } = await drawer.draw(report)
    const files: [string, string | Buffer][] = [
      [`session-${report.session}.json`, json(report)],
      ['embeds.json', json(sessionCards(report, { publicUrl }))],
      ['performance.png', performance],
      ['efficiency.png', efficiency],
      ['report.txt', `${textReport(report)}\n`],
    ]
    await mkdir(dir, { recursive: true })
    for (const [name, content] of files) await writeFile(join(dir, name), content)
    return files.map(([name]) => name)
  } finally {
    await drawer.close()
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
