import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import { type Finding, ok, warning } from '@debrief/shared'
import type { Config } from '../config.ts'

const LIMIT_MS = 5_000

/** Does a server with these settings run here, and is it ready? It is asked as a probe would ask it. */
export async function lookAtAnswer({
  host,
  port,
  tls,
}: Pick<Config, 'host' | 'port' | 'tls'>): Promise<Finding> {
  const at = {
    host: ['0.0.0.0', '::'].includes(host) ? 'localhost' : host,
    port,
    path: '/readyz',
    agent: false as const,
  }
  const where = `${at.host}:${port}`
  try {
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const take = (answer: IncomingMessage) => {
        let text = ''
        answer.setEncoding('utf8').on('data', piece => {
          text = (text + piece).slice(0, 10_000)
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text })).on('error', reject)
      }
      // Its own certificate, whatever name it is for: it is asked from within.
      const request = tls
        ? getSecure({ ...at, ca: tls.cert, checkServerIdentity: () => undefined }, take)
        : getPlain(at, take)
      request.setTimeout(LIMIT_MS, () => request.destroy(new Error(`no answer in ${LIMIT_MS / 1000} s`)))
      request.on('error', reject)
    })
    if (status === 200) return ok('server', `It runs at ${where}, and is ready.`)
    const reason = /"reason"\s*:\s*"([^"]*)"/.exec(text)?.[1]
    return warning(
      'server',
      `It runs at ${where}, and is not ready (${status}${reason ? `: ${reason}` : ''}).`,
      'See the lines about the database. Uploads wait at their senders and come again by themselves.',
    )
  } catch (error) {
    return warning(
      'server',
      `None answers at ${where} (${error instanceof Error ? error.message : error}).`,
      'Start it: `npm start`, or `sudo systemctl start debrief`. Why it ended: journalctl -u debrief -n 20, errors.log.',
    )
  }
}
