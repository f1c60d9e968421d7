import { ROUTES } from '@debrief/shared'
import type { SampleFile } from '../sample/sample-files.ts'

/** One upload as the agent makes it; fails where it is not imported. Answers what it took, in milliseconds. */
export async function sendFile(url: string, token: string, { name, content }: SampleFile): Promise<number> {
  const form = new FormData()
  form.append('source', 'agent')
  form.append('file', new Blob([content]), name)
  const startedAt = performance.now()
  const response = await fetch(url + ROUTES.files, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  })
  const body = await response.text()
  if (response.status !== 201) throw new Error(`${name}: ${response.status} ${body}`)
  return performance.now() - startedAt
}
