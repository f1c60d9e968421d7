import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { ROUTES } from '@debrief/shared'
import type { SampleFile } from '../sample/sample-files.ts'

const BOUNDARY = 'debrief-bench'
/** Kept, as an agent keeps them. */
const connections = new Agent({ keepAlive: true })

/**
 * One upload; fails where it is not imported. Answers what it took, in milliseconds. The form by hand, as the agent makes
 * it: `fetch` with FormData takes a millisecond of the same two cores, which is not the server's.
 */
export async function sendFile(url: string, token: string, { name, content }: SampleFile): Promise<number> {
  const form = Buffer.concat([
    Buffer.from(part('name="source"', 'agent\r\n')),
    Buffer.from(part(`name="file"; filename="${name}"`, '')),
    content,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ])
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    'content-length': form.length,
  }
  const startedAt = performance.now()
  const { status, body } = await new Promise<{ status: number | undefined; body: string }>(
    (resolve, reject) => {
      const sent = request(url + ROUTES.files, { method: 'POST', agent: connections, headers }, answer => {
        text(answer).then(body => resolve({ status: answer.statusCode, body }), reject)
      })
      sent.once('error', reject).end(form)
    },
  )
  if (status !== 201) throw new Error(`${name}: ${status} ${body}`)
  return performance.now() - startedAt
}

function part(disposition: string, content: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}`
}
