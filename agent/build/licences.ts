import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { z } from 'zod'

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  /** As older packages have it. */
  licenses: z.array(z.object({ type: z.string() })).optional(),
})

/** The licences of the packages that these source files come from, as one text, sorted by name. */
export async function licencesOf(files: readonly string[]): Promise<string> {
  const folders = new Set(files.flatMap(file => packageFolder(file) ?? []))
  const notices = new Map<string, string>()
  for (const folder of folders) {
    const about = packageSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
    const kind = about.license ?? about.licenses?.map(({ type }) => type).join(', ') ?? 'no licence named'
    const title = `${about.name} ${about.version} (${kind})`
    notices.set(title, `${title}\n\n${await licenceText(folder)}`)
  }
  const texts = [...notices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  return `debrief-agent contains these packages, under their licences:\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

/** `…/node_modules/name` or `…/node_modules/@scope/name`, the innermost; null for our own files. */
function packageFolder(file: string): string | null {
  const parts = file.split(sep)
  const at = parts.lastIndexOf('node_modules')
  return at < 0 ? null : parts.slice(0, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join(sep)
}

async function licenceText(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter(name => /^licen[cs]e(\.(md|txt))?$/i.test(name)).sort()
  if (!names[0]) return '(The package has no licence file.)'
  return (await readFile(join(folder, names[0]), 'utf8')).replace(/\r\n/g, '\n').trim()
}
